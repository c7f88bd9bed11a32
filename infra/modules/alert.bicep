// One alert rule over the app's telemetry.
import { tags } from 'types.bicep'

@description('Name of the rule.')
param name string

@description('What has happened and what to do, in the notification.')
param text string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('0 critical, 1 error, 2 warning, 3 informational.')
@minValue(0)
@maxValue(4)
param severity int

@description('Query over the Application Insights tables.')
param query string

@description('Column to aggregate. Empty: rows are counted.')
param measure string

@description('How values (or rows, with Count) within the window are put together.')
param aggregation 'Average' | 'Count' | 'Maximum' | 'Minimum' | 'Total'

@description('Columns by which to alert separately.')
param splitBy string[]

@description('How the aggregate is compared with the threshold.')
param operator 'GreaterThan' | 'GreaterThanOrEqual' | 'LessThan' | 'LessThanOrEqual'

@description('Threshold.')
param threshold int

@description('How often to ask, ISO 8601 duration.')
param every string

@description('Time that is looked at, ISO 8601 duration.')
param window string

@description('How many of the last evaluations must be over the threshold, all of them in a row.')
@minValue(1)
@maxValue(6)
param inARow int = 1

@description('Application Insights component.')
param applicationInsightsId string

@description('Action group.')
param actionGroupId string

resource rule 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: name
  location: location
  tags: tagValues
  kind: 'LogAlert'
  properties: {
    displayName: name
    description: text
    severity: severity
    enabled: true
    scopes: [applicationInsightsId]
    targetResourceTypes: ['Microsoft.Insights/components']
    evaluationFrequency: every
    windowSize: window
    autoMitigate: true
    // A component that was made a minute ago does not resolve its tables yet, which would fail the first deployment.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: query
          timeAggregation: aggregation
          metricMeasureColumn: empty(measure) ? null : measure
          dimensions: [for column in splitBy: { name: column, operator: 'Include', values: ['*'] }]
          operator: operator
          threshold: threshold
          failingPeriods: {
            numberOfEvaluationPeriods: inARow
            minFailingPeriodsToAlert: inARow
          }
        }
      ]
    }
    actions: { actionGroups: [actionGroupId] }
  }
}
