// A monthly budget of the resource group. It warns; it stops nothing.
import { budget } from 'types.bicep'

@description('Name.')
param name string

@description('Amount, start and receivers.')
param settings budget

resource monthly 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: settings.amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: settings.startDate }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: settings.emails
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: settings.emails
      }
    }
  }
}
