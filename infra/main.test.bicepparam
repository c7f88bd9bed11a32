// Test: small, in a network of its own with a PostgreSQL server, nothing locked.
using 'main.bicep'

param environmentName = 'test'
param protect = false

param networkSettings = {
  kind: 'new'
  addressPrefix: '10.80.0.0/24'
  fixedOutboundAddress: true
  useHubGateway: false
}

param hostingSettings = {
  instanceMemoryMB: 2048
  maximumInstanceCount: 40
  // Microsoft recommends one with the Azure Storage provider: without it a start waits for an instance.
  alwaysReadyDurable: 1
  alwaysReadyHttp: 0
  httpConcurrency: 16
  zoneRedundant: false
  allowedCallers: []
  inbound: 'public'
}

param authenticationSettings = { kind: 'FunctionKey' }

param durableStorageSettings = { kind: 'azureStorage' }

param migrationSettings = {
  source: {
    connectionString: 'Server=legacy-test.database.windows.net;Database=LegacySchools;Encrypt=Strict'
  }
  reconciliationSchedule: '0 30 2 * * *'
  monitorSchedule: '0 * * * * *'
  historyPurgeSchedule: '0 0 4 * * *'
}

param postgresSettings = {
  version: '17'
  skuName: 'Standard_D2ds_v5'
  tier: 'GeneralPurpose'
  storageGB: 128
  highAvailability: 'Disabled'
  backupRetentionDays: 7
  geoRedundantBackup: false
  administrator: {
    objectId: '00000000-0000-0000-0000-000000000000'
    name: 'migration-administrators'
    type: 'Group'
  }
  database: 'schools'
  rehearsalDatabase: 'schools_rehearsal'
  writerRole: 'migration_writer'
  directRole: 'migration_direct'
}

param monitoringSettings = {
  retentionDays: 30
  dailyCapGB: 2
}

param alertSettings = {
  emails: ['migration-team@example.org']
  webhooks: []
  failedBatches: 20
  throughputPercentOfRehearsal: 50
  stuckAfterSeconds: 900
  secretExpiryDays: 7
  tokenExpirySeconds: 300
}

// Who puts secrets into the vault: the pipelines' identity (function key), and whoever does step 5 of README.md.
param secretsOfficers = [
  { objectId: '00000000-0000-0000-0000-000000000000', type: 'ServicePrincipal' }
]
