// Key Vault for passwords of servers without Entra. Access by roles only; the app may read secrets and nothing else.
import { principal, tags } from 'types.bicep'

@description('Name, 3 to 24 letters, digits and dashes.')
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

@description('Who puts secrets in: people, and the pipelines\' identity.')
param secretsOfficers principal[]

@description('Whether only private endpoints reach it.')
param private bool

@description('Whether it may not be deleted, and what is deleted can be had back for 90 days instead of 7.')
param protect bool

@description('Workspace of the audit log.')
param workspaceId string

var keyVaultSecretsUser = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '4633458b-17de-408a-b874-0445c86b69e6'
)

var keyVaultSecretsOfficer = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
)

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tagValues
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: protect ? 90 : 7
    enablePurgeProtection: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: private ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }
}

resource secretsUser 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identityName, keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: keyVaultSecretsUser
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

resource officers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for officer in secretsOfficers: {
    name: guid(vault.id, officer.objectId, keyVaultSecretsOfficer)
    scope: vault
    properties: {
      roleDefinitionId: keyVaultSecretsOfficer
      principalId: officer.objectId
      principalType: officer.type
    }
  }
]

resource auditLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protect) {
  name: 'keep'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the passwords of databases.'
  }
}

@description('Resource id.')
output id string = vault.id

@description('Name.')
output name string = vault.name

@description('URI: setting Migration__KeyVaultUri.')
output uri string = vault.properties.vaultUri
