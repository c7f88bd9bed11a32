// Durable Task Scheduler and the task hub of the app.
import { schedulerHistory, tags } from 'types.bicep'

@description('Name of the scheduler, 3 to 64 letters, digits and dashes.')
@minLength(3)
@maxLength(64)
param name string

@description('Name of the task hub.')
param taskHubName string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('Size, reach and retention.')
param settings schedulerHistory

@description('Identity of the app.')
param principalId string

@description('Name of that identity: known before it is made, so that what-if can name its role assignments.')
param identityName string

var durableTaskDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '0ad04412-c4d5-4796-b79c-f76d14c8d402'
)

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tagValues
  properties: {
    ipAllowlist: settings.allowedAddresses
    sku: settings.sku == 'Dedicated' ? { name: 'Dedicated', capacity: settings.capacity } : { name: 'Consumption' }
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: taskHubName
  properties: {}
}

resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2025-11-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [{ retentionPeriodInDays: settings.retentionDays }]
  }
}

resource contributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, identityName, durableTaskDataContributor)
  scope: scheduler
  properties: {
    roleDefinitionId: durableTaskDataContributor
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

@description('Address of the scheduler.')
output endpoint string = scheduler.properties.endpoint

@description('Name of the task hub.')
output taskHubName string = taskHub.name
