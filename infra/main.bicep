// MigrationFunctions in Azure: the function app on Flex Consumption, with everything it needs, in one resource group.
// Order: identity -> telemetry, storage, vault and their roles -> network, private endpoints, names -> app -> alerts.
// The app comes last, so that its first start finds its roles in effect and its storage by name.
targetScope = 'resourceGroup'

import {
  alerts
  authentication
  budget
  durableStorage
  hosting
  migration
  monitoring
  network
  postgres
  principal
  tags
} from 'modules/types.bicep'

@description('Name of the environment, such as test or production: in names and tags.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Region. Must offer Flex Consumption: az functionapp list-flexconsumption-locations.')
@metadata({ azd: { type: 'location' } })
param location string = resourceGroup().location

@description('Changes the unique part of all names, for a new start while deleted vaults still hold the old ones.')
@maxLength(10)
param nameSalt string = ''

@description('Tags beside azd-env-name.')
param extraTags tags = {}

@description('Whether storage, vault and database are locked against deletion, and alerts are severe.')
param protect bool

@description('How the app is connected.')
param networkSettings network

@description('Size and reach of the app.')
param hostingSettings hosting

@description('How callers are authenticated.')
param authenticationSettings authentication

@description('Where Durable Task keeps its history.')
param durableStorageSettings durableStorage

@description('Connections, schedules and limits of the migration.')
param migrationSettings migration

@description('PostgreSQL flexible server to make. Left out: the target is elsewhere.')
param postgresSettings postgres?

@description('Retention and export of telemetry.')
param monitoringSettings monitoring

@description('Alert thresholds and receivers.')
param alertSettings alerts

@description('Who may put secrets into the vault: people, and the identity of the pipelines.')
param secretsOfficers principal[] = []

@description('Monthly budget. Left out: none.')
param budgetSettings budget?

func connectionTo(host string, database string, role string) string =>
  'Host=${host};Database=${database};Username=${role};SSL Mode=VerifyFull'

func holdsPassword(connectionString string) bool =>
  contains(toLower(replace(connectionString, ' ', '')), 'password=') || contains(
    toLower(replace(connectionString, ' ', '')),
    'pwd='
  )

var token = uniqueString(resourceGroup().id, environmentName, nameSalt)
var tagValues = union(extraTags, { 'azd-env-name': environmentName })
var applicationInsightsName = 'appi-migration-${token}'
var identityName = 'id-migration-${token}'
// As in host.json.
var taskHubName = 'MigrationHub'

var private = networkSettings.kind != 'none'
var ownNetwork = networkSettings.kind == 'new'
var ownDns = ownNetwork || (networkSettings.kind == 'existing' && networkSettings.privateDns == 'own')
var privateInbound = hostingSettings.inbound == 'private'
var existingSubnets = networkSettings.kind == 'existing'
  ? { app: networkSettings.appSubnetId, endpoints: networkSettings.endpointSubnetId }
  : { app: '', endpoints: '' }

// Private endpoints, with their private DNS zones: named alike in every region of the public cloud.
var endpoints = concat(
  [
    { target: 'storage', part: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
    { target: 'storage', part: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}' }
    { target: 'storage', part: 'table', zone: 'privatelink.table.${environment().suffixes.storage}' }
    { target: 'vault', part: 'vault', zone: 'privatelink.vaultcore.azure.net' }
  ],
  postgresSettings == null
    ? []
    : [{ target: 'database', part: 'postgresqlServer', zone: 'privatelink.postgres.database.azure.com' }]
)
var appZone = 'privatelink.azurewebsites.net'

// Connections: to the server that is made here, unless others are given.
var ownConnections = postgresSettings == null
  ? {}
  : union(
      {
        Target: connectionTo(database!.outputs.host, postgresSettings!.database, postgresSettings!.writerRole)
        Rehearsal: connectionTo(
          database!.outputs.host,
          postgresSettings!.rehearsalDatabase,
          postgresSettings!.writerRole
        )
      },
      postgresSettings!.?directRole == null
        ? {}
        : {
            Direct: connectionTo(database!.outputs.host, postgresSettings!.database, postgresSettings!.directRole!)
            RehearsalDirect: connectionTo(
              database!.outputs.host,
              postgresSettings!.rehearsalDatabase,
              postgresSettings!.directRole!
            )
          }
    )
var givenConnections = filter(
  [
    { name: 'Source', value: migrationSettings.source }
    { name: 'Target', value: migrationSettings.?target }
    { name: 'Direct', value: migrationSettings.?direct }
    { name: 'Rehearsal', value: migrationSettings.?rehearsal }
    { name: 'RehearsalDirect', value: migrationSettings.?rehearsalDirect }
  ],
  given => given.value != null
)
var withPassword = filter(givenConnections, given => holdsPassword(given.value!.connectionString))
var refusal = !empty(withPassword)
  ? 'A connection string holds a password. Put it into the vault and name its secret: passwordSecret.'
  : migrationSettings.?target == null && postgresSettings == null
      ? 'There is no target: give migrationSettings.target or postgresSettings.'
      : postgresSettings != null && !private
          ? 'postgresSettings needs a network: the server is reached through a private endpoint only.'
          : privateInbound && !private ? 'hostingSettings.inbound private needs a network.' : ''

var connectionValues = union(
  toObject(items(ownConnections), item => 'Migration__${item.key}Connection', item => string(item.value)),
  toObject(givenConnections, given => 'Migration__${given.name}Connection', given => given.value!.connectionString),
  toObject(
    filter(givenConnections, given => given.value!.?passwordSecret != null),
    given => 'Migration__${given.name}PasswordSecret',
    given => given.value!.passwordSecret!
  )
)
var migrationValues = toObject(
  filter(
    items({
      Migration__KeyVaultUri: vault.outputs.uri
      Migration__ManagedIdentityClientId: identity.outputs.clientId
      Migration__Authentication: authenticationSettings.kind
      Migration__RequestsPerMinute: migrationSettings.?requestsPerMinute
      Migration__WritesPerMinute: migrationSettings.?writesPerMinute
      Migration__MaxRequestBytes: migrationSettings.?maxRequestBytes
      Migration__CommandTimeoutSeconds: migrationSettings.?commandTimeoutSeconds
      Migration__NightlyDepth: migrationSettings.?nightlyDepth
      Migration__HistoryRetentionDays: migrationSettings.?historyRetentionDays
      ReconciliationSchedule: migrationSettings.reconciliationSchedule
      MonitorSchedule: migrationSettings.monitorSchedule
      HistoryPurgeSchedule: migrationSettings.historyPurgeSchedule
      OTEL_EXPORTER_OTLP_ENDPOINT: monitoringSettings.?otlpEndpoint
    }),
    item => item.value != null
  ),
  item => item.key,
  item => string(item.value)
)
// What host.json would say for the scheduler. The host heeds these; the scale controller reads the host.json of the
// package alone: see "Durable Task Scheduler" in infra/README.md.
var schedulerValues = durableStorageSettings.kind == 'durableTaskScheduler'
  ? {
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
      AzureFunctionsJobHost__extensions__durableTask__hubName: taskHubName
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
    }
  : {}

module identity 'modules/identity.bicep' = {
  params: {
    // Nothing is made when the parameters contradict each other.
    name: empty(refusal) ? identityName : fail(refusal)
    location: location
    tagValues: tagValues
  }
}

module telemetry 'modules/monitoring.bicep' = {
  params: {
    workspaceName: 'log-migration-${token}'
    applicationInsightsName: applicationInsightsName
    location: location
    tagValues: tagValues
    settings: monitoringSettings
    principalId: identity.outputs.principalId
    identityName: identityName
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: 'stmigration${token}'
    location: location
    tagValues: tagValues
    principalId: identity.outputs.principalId
    identityName: identityName
    private: private
    protect: protect
    zoneRedundant: hostingSettings.zoneRedundant
    deploymentContainer: 'app-package'
    workspaceId: telemetry.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    name: 'kv-mig-${token}'
    location: location
    tagValues: tagValues
    principalId: identity.outputs.principalId
    identityName: identityName
    secretsOfficers: secretsOfficers
    private: private
    protect: protect
    workspaceId: telemetry.outputs.workspaceId
  }
}

module scheduler 'modules/scheduler.bicep' = if (durableStorageSettings.kind == 'durableTaskScheduler') {
  params: {
    name: 'dts-migration-${token}'
    taskHubName: taskHubName
    location: location
    tagValues: tagValues
    settings: durableStorageSettings
    principalId: identity.outputs.principalId
    identityName: identityName
  }
}

module virtualNetwork 'modules/network.bicep' = if (ownNetwork) {
  params: {
    name: 'vnet-migration-${token}'
    location: location
    tagValues: tagValues
    settings: networkSettings
  }
}

module privateNames 'modules/private-dns.bicep' = if (ownDns) {
  params: {
    zoneNames: concat(map(endpoints, endpoint => endpoint.zone), privateInbound ? [appZone] : [])
    networkId: ownNetwork
      ? virtualNetwork!.outputs.networkId
      : join(take(split(existingSubnets.endpoints, '/'), 9), '/')
    tagValues: tagValues
  }
}

module database 'modules/postgres.bicep' = if (postgresSettings != null) {
  params: {
    name: 'psql-migration-${token}'
    location: location
    tagValues: tagValues
    settings: postgresSettings!
    protect: protect
    workspaceId: telemetry.outputs.workspaceId
  }
}

// One after the other: two endpoints that are made in one subnet at a time can refuse each other.
@batchSize(1)
module privateEndpoints 'modules/private-endpoint.bicep' = [
  for endpoint in (private ? endpoints : []): {
    params: {
      name: 'pe-${endpoint.target}-${endpoint.part}-${token}'
      location: location
      tagValues: tagValues
      subnetId: ownNetwork ? virtualNetwork!.outputs.endpointSubnetId : existingSubnets.endpoints
      targetId: endpoint.target == 'storage'
        ? storage.outputs.id
        : endpoint.target == 'vault' ? vault.outputs.id : database!.outputs.id
      groupId: endpoint.part
      zoneName: ownDns ? endpoint.zone : ''
    }
    dependsOn: [privateNames]
  }
]

module app 'modules/function-app.bicep' = {
  params: {
    planName: 'plan-migration-${token}'
    name: 'func-migration-${token}'
    location: location
    tagValues: tagValues
    settings: hostingSettings
    authenticationSettings: authenticationSettings
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsName: applicationInsightsName
    subnetId: ownNetwork ? virtualNetwork!.outputs.appSubnetId : existingSubnets.app
    appSettings: union(migrationValues, connectionValues, schedulerValues)
    workspaceId: telemetry.outputs.workspaceId
  }
  dependsOn: [privateEndpoints]
}

module appEndpoint 'modules/private-endpoint.bicep' = if (privateInbound) {
  params: {
    name: 'pe-app-sites-${token}'
    location: location
    tagValues: tagValues
    subnetId: ownNetwork ? virtualNetwork!.outputs.endpointSubnetId : existingSubnets.endpoints
    targetId: app.outputs.id
    groupId: 'sites'
    zoneName: ownDns ? appZone : ''
  }
  dependsOn: [privateNames]
}

module alertRules 'modules/alerts.bicep' = {
  params: {
    environmentName: environmentName
    location: location
    tagValues: tagValues
    settings: alertSettings
    applicationInsightsId: telemetry.outputs.applicationInsightsId
    production: protect
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    environmentName: environmentName
    location: location
    tagValues: tagValues
    applicationInsightsId: telemetry.outputs.applicationInsightsId
  }
}

module monthlyBudget 'modules/budget.bicep' = if (budgetSettings != null) {
  params: {
    name: 'budget-migration-${environmentName}'
    settings: budgetSettings!
  }
}

@description('For azd: region.')
output AZURE_LOCATION string = location

@description('For azd: tenant.')
output AZURE_TENANT_ID string = tenant().tenantId

@description('Name of the function app.')
output FUNCTION_APP_NAME string = app.outputs.name

@description('Base address of the app: --url of the migrate command.')
output FUNCTION_APP_URL string = app.outputs.url

@description('Name of the vault.')
output KEY_VAULT_NAME string = vault.outputs.name

@description('Name of the app\'s identity: the user of the source database.')
output IDENTITY_NAME string = identity.outputs.name

@description('Object id of the app\'s identity: what infra/sql/target.sql ties roles to.')
output IDENTITY_OBJECT_ID string = identity.outputs.principalId

@description('Host of the PostgreSQL server, or nothing.')
output POSTGRES_HOST string = postgresSettings == null ? '' : database!.outputs.host

@description('Address that the app leaves by, for the source\'s firewall, or nothing.')
output OUTBOUND_ADDRESS string = ownNetwork ? virtualNetwork!.outputs.outboundAddress : ''
