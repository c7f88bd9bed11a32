// Production: in subnets of the landing zone, callers by Entra, instances always up, data locked against deletion.
using 'main.bicep'

param environmentName = 'production'
param protect = true
param extraTags = { 'data-classification': 'student-records' }

param networkSettings = {
  kind: 'existing'
  appSubnetId: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-schools/subnets/migration-app'
  endpointSubnetId: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-schools/subnets/endpoints'
  privateDns: 'central'
}

param hostingSettings = {
  instanceMemoryMB: 4096
  maximumInstanceCount: 40
  alwaysReadyDurable: 2
  alwaysReadyHttp: 1
  httpConcurrency: 16
  zoneRedundant: false
  allowedCallers: []
  inbound: 'private'
}

param authenticationSettings = {
  kind: 'Entra'
  clientId: '00000000-0000-0000-0000-000000000000'
  allowedApplications: []
}

param durableStorageSettings = { kind: 'azureStorage' }

param migrationSettings = {
  // A server without Entra: its password stands in the vault.
  source: {
    connectionString: 'Server=tcp:legacy-sql.schools.example,1433;Database=LegacySchools;User ID=migration_reader;Encrypt=Mandatory'
    passwordSecret: 'source-password'
  }
  reconciliationSchedule: '0 30 2 * * *'
  monitorSchedule: '0 * * * * *'
  historyPurgeSchedule: '0 0 4 * * *'
  nightlyDepth: 'digest'
  commandTimeoutSeconds: 300
}

param postgresSettings = {
  version: '17'
  skuName: 'Standard_E8ds_v5'
  tier: 'MemoryOptimized'
  storageGB: 2048
  highAvailability: 'ZoneRedundant'
  backupRetentionDays: 35
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
  retentionDays: 365
  dailyCapGB: -1
}

param alertSettings = {
  emails: ['migration-team@example.org', 'on-call@example.org']
  webhooks: []
  failedBatches: 5
  throughputPercentOfRehearsal: 70
  stuckAfterSeconds: 600
  secretExpiryDays: 21
  tokenExpirySeconds: 300
}

param budgetSettings = {
  amount: 3000
  startDate: '2027-01-01'
  emails: ['migration-team@example.org']
}

// Who puts secrets into the vault: the pipelines' identity (function key), and whoever does step 5 of README.md.
param secretsOfficers = [
  { objectId: '00000000-0000-0000-0000-000000000000', type: 'ServicePrincipal' }
]
