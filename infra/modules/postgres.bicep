// PostgreSQL flexible server: Entra authentication only, no public address. That connections must use TLS 1.2 or later
// is the service's default. The migration needs no extension, so azure.extensions stays as it is.
import { postgres, tags } from 'types.bicep'

@description('Name, 3 to 63 lower-case letters, digits and dashes.')
@minLength(3)
@maxLength(63)
param name string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('Size, availability, administrator, databases.')
param settings postgres

@description('Whether it may not be deleted.')
param protect bool

@description('Workspace of the logs.')
param workspaceId string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' = {
  name: name
  location: location
  tags: tagValues
  sku: { name: settings.skuName, tier: settings.tier }
  properties: {
    createMode: 'Default'
    version: settings.version
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    network: { publicNetworkAccess: 'Disabled' }
    storage: { storageSizeGB: settings.storageGB, autoGrow: 'Enabled' }
    highAvailability: { mode: settings.highAvailability }
    backup: {
      backupRetentionDays: settings.backupRetentionDays
      geoRedundantBackup: settings.geoRedundantBackup ? 'Enabled' : 'Disabled'
    }
  }
}

// One after the other: the server takes one change at a time and refuses a second with ServerIsBusy. A setting comes first:
// once it is made, the server takes an administrator (else AadAuthOperationCannotBePerformedWhenServerIsNotAccessible).
resource encryption 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2025-08-01' = {
  parent: server
  name: 'require_secure_transport'
  properties: { value: 'on', source: 'user-override' }
}

// Before the databases: their owner is whoever administers the server when they are made, and with nobody there it may be
// azuresu, in whose database no one can make a schema.
resource administrator 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2025-08-01' = {
  parent: server
  name: settings.administrator.objectId
  properties: {
    principalName: settings.administrator.name
    principalType: settings.administrator.type
    tenantId: tenant().tenantId
  }
  dependsOn: [encryption]
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01' = {
  parent: server
  name: settings.database
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  dependsOn: [administrator]
}

resource rehearsalDatabase 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2025-08-01' = {
  parent: server
  name: settings.rehearsalDatabase
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  dependsOn: [database]
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: server
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PostgreSQLLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
  dependsOn: [rehearsalDatabase]
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protect) {
  name: 'keep'
  scope: server
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the migrated data.'
  }
}

@description('Resource id.')
output id string = server.id

@description('Host name.')
output host string = server.properties.fullyQualifiedDomainName
