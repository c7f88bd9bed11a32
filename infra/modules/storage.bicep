// The app's storage: Durable Task's queues, tables and blobs, the host's leases and keys, and the deployment package.
// Entra only: shared keys are off, so that nobody can read history with a key.
import { tags } from 'types.bicep'

@description('Name, 3 to 24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('Identity of the app.')
param principalId string

@description('Name of that identity: known before it is made, so that what-if can name its role assignments.')
param identityName string

@description('Whether only private endpoints reach it.')
param private bool

@description('Whether it may not be deleted.')
param protect bool

@description('Whether copies lie in three zones. Only where the region has them.')
param zoneRedundant bool

@description('Container of the deployment package.')
param deploymentContainer string

@description('Workspace of the logs.')
param workspaceId string

// What Microsoft documents for the host's connection and for Durable Task.
var roles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tagValues
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: private ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }
}

// No soft delete of blobs: leases are overwritten every few seconds, and each version would be kept and paid for.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: deploymentContainer
  properties: { publicAccess: 'None' }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(roles): {
    name: guid(account.id, identityName, role.value)
    scope: account
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

// Deletions only: reads and lease renewals of Durable Task would cost more than the rest of the logs together.
resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protect) {
  name: 'keep'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the history of running migrations.'
  }
}

@description('Resource id.')
output id string = account.id

@description('Name: setting AzureWebJobsStorage__accountName.')
output name string = account.name

@description('URL of the container of the deployment package.')
output deploymentContainerUrl string = '${account.properties.primaryEndpoints.blob}${packages.name}'
