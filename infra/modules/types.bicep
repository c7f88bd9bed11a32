// Types that the parameters of main.bicep and of its modules share.

@export()
@description('Tags of a resource.')
type tags = {
  *: string
}

@export()
@description('Somebody in Entra.')
type principal = {
  @description('Object id.')
  objectId: string

  @description('What it is.')
  type: 'User' | 'Group' | 'ServicePrincipal'
}

@export()
@description('Somebody in Entra who becomes a role of PostgreSQL.')
type namedPrincipal = {
  @description('Object id.')
  objectId: string

  @description('What it is.')
  type: 'User' | 'Group' | 'ServicePrincipal'

  @description('User principal name, group name or application name: the role\'s name in PostgreSQL.')
  name: string
}

@export()
@description('A new virtual network.')
type newNetwork = {
  kind: 'new'

  @description('Address space, at least /24: three subnets of a quarter each are cut from it. A further one is added to the template: by hand it would go with the next deployment.')
  addressPrefix: string

  @description('Whether traffic leaves by one fixed public address (NAT gateway), for the source\'s firewall.')
  fixedOutboundAddress: bool

  @description('Hub with VPN or ExpressRoute to peer with. The peering back is its owner\'s to make.')
  hubNetworkId: string?

  @description('Whether to route by the hub\'s gateway. Azure refuses it until the hub has peered back.')
  useHubGateway: bool
}

@export()
@description('Subnets that exist already.')
type existingNetwork = {
  kind: 'existing'

  @description('The app\'s subnet, alone in it: /27 or larger, delegated to Microsoft.App/environments, no _ in its name.')
  appSubnetId: string

  @description('Subnet of the private endpoints.')
  endpointSubnetId: string

  @description('own: private DNS zones are made here. central: the landing zone registers endpoints, by policy.')
  privateDns: 'own' | 'central'
}

@export()
@description('No network: storage and vault have public addresses, for Entra identities. For trials without personal data.')
type noNetwork = {
  kind: 'none'
}

@export()
@description('How the function app is connected.')
@discriminator('kind')
type network = newNetwork | existingNetwork | noNetwork

@export()
@description('Size and reach of the function app.')
type hosting = {
  @description('Memory of an instance; CPU comes with it.')
  instanceMemoryMB: 512 | 2048 | 4096

  @description('Instances at most. What bounds the load on the databases is a run\'s own limits.')
  @minValue(1)
  @maxValue(1000)
  maximumInstanceCount: int

  @description('Instances that are always up for orchestrators and activities.')
  @minValue(0)
  alwaysReadyDurable: int

  @description('Instances that are always up for HTTP.')
  @minValue(0)
  alwaysReadyHttp: int

  @description('HTTP requests that one instance takes at a time.')
  @minValue(1)
  @maxValue(1000)
  httpConcurrency: int

  @description('App and storage spread over availability zones. Only in regions that have them, and with alwaysReadyDurable of at least 2.')
  zoneRedundant: bool

  @description('Address ranges (CIDR) that may call the app. Empty: every address, with a key or token.')
  allowedCallers: string[]

  @description('private: only through a private endpoint; then deployments and pipelines must run inside the network.')
  inbound: 'public' | 'private'
}

@export()
@description('Callers are known by function keys.')
type functionKeyAuthentication = {
  kind: 'FunctionKey'
}

@export()
@description('Callers also need a Microsoft Entra token with an app role.')
type entraAuthentication = {
  kind: 'Entra'

  @description('Application (client) id of the app registration that defines the roles of infra/app-roles.json.')
  clientId: string

  @description('Client ids that may call. Empty: every application and user of the tenant that has a role.')
  allowedApplications: string[]
}

@export()
@description('How callers are authenticated.')
@discriminator('kind')
type authentication = functionKeyAuthentication | entraAuthentication

@export()
@description('History on the app\'s own storage account.')
type azureStorageHistory = {
  kind: 'azureStorage'
}

@export()
@description('History on a Durable Task Scheduler.')
type schedulerHistory = {
  kind: 'durableTaskScheduler'

  @description('Consumption: by use. Dedicated: by capacity units.')
  sku: 'Consumption' | 'Dedicated'

  @description('Capacity units of Dedicated.')
  @minValue(1)
  @maxValue(3)
  capacity: int

  @description('Address ranges that may reach the scheduler; every call needs an Entra token besides.')
  allowedAddresses: string[]

  @description('Days that ended instances are kept.')
  @minValue(1)
  retentionDays: int
}

@export()
@description('Where Durable Task keeps its history.')
@discriminator('kind')
type durableStorage = azureStorageHistory | schedulerHistory

@export()
@description('A connection of the app to a database. Never a password: refused here, and by the app when it starts.')
type connection = {
  @description('ADO.NET connection string. Without passwordSecret the app\'s identity authenticates by Entra token.')
  connectionString: string

  @description('Name of the secret in this deployment\'s Key Vault that holds the password, for a server without Entra.')
  passwordSecret: string?
}

@export()
@description('Settings of section Migration, and the two schedules.')
type migration = {
  @description('The legacy SQL Server.')
  source: connection

  @description('The target, as the least-privileged writer. Left out: the PostgreSQL server of this deployment.')
  target: connection?

  @description('The target, as the role with BYPASSRLS, for COPY straight into the tables.')
  direct: connection?

  @description('The target of rehearsals, as the writer.')
  rehearsal: connection?

  @description('The target of rehearsals, as the direct role.')
  rehearsalDirect: connection?

  @description('NCRONTAB, UTC: when every manifest is reconciled.')
  reconciliationSchedule: string

  @description('NCRONTAB, UTC: when the monitor records its gauges. The alerts expect once a minute.')
  monitorSchedule: string

  @description('NCRONTAB, UTC: when the history of orchestrations that ended long ago is purged.')
  historyPurgeSchedule: string

  @description('Days for which that history is kept; 30 if absent.')
  @minValue(1)
  @maxValue(3650)
  historyRetentionDays: int?

  @description('Depth of the nightly reconciliation.')
  nightlyDepth: ('counts' | 'sample' | 'digest')?

  @description('Seconds that one statement may take.')
  @minValue(1)
  commandTimeoutSeconds: int?

  @description('Requests of one caller in a minute, on one instance.')
  @minValue(1)
  requestsPerMinute: int?

  @description('Requests of one caller in a minute that change something, on one instance.')
  @minValue(1)
  writesPerMinute: int?

  @description('Bytes of a request body at most.')
  @minValue(1024)
  maxRequestBytes: int?
}

@export()
@description('A PostgreSQL flexible server as the target, with Entra authentication only.')
type postgres = {
  @description('Major version. Before 16 nobody in Azure may give BYPASSRLS, which the direct path needs.')
  version: '16' | '17' | '18'

  @description('Compute size, such as Standard_D4ds_v5.')
  skuName: string

  @description('Tier of the size.')
  tier: 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized'

  @description('Storage in GiB; it grows by itself.')
  storageGB: 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4095 | 8192 | 16384

  @description('A standby in another zone. Not with Burstable.')
  highAvailability: 'Disabled' | 'SameZone' | 'ZoneRedundant'

  @description('Days of point-in-time restore.')
  @minValue(7)
  @maxValue(35)
  backupRetentionDays: int

  @description('Backups in the paired region, too. Can be chosen only when the server is made.')
  geoRedundantBackup: bool

  @description('Who administers the server: runs infra/sql/target.sql.')
  administrator: namedPrincipal

  @description('Database of the real target.')
  database: string

  @description('Database of rehearsals; its name must say rehearsal.')
  rehearsalDatabase: string

  @description('Role of the writer, as infra/sql/target.sql makes it.')
  writerRole: string

  @description('Role with BYPASSRLS, as infra/sql/target.sql makes it. Left out: staged writes only.')
  directRole: string?
}

@export()
@description('When to alert, and whom.')
type alerts = {
  @description('Whom to write to.')
  emails: string[]

  @description('Where to post the common alert schema (on-call tool).')
  webhooks: string[]

  @description('Failed batches in 15 minutes that alert. Failed attempts that a retry heals count, too.')
  @minValue(1)
  failedBatches: int

  @description('Throughput below this percentage of the rehearsal\'s, for 15 minutes, alerts.')
  @minValue(1)
  @maxValue(100)
  throughputPercentOfRehearsal: int

  @description('A run whose ledger has not moved for so many seconds is stuck.')
  @minValue(60)
  stuckAfterSeconds: int

  @description('Days before a secret\'s expiry from when on to alert.')
  @minValue(1)
  secretExpiryDays: int

  @description('A token with fewer seconds left, for 15 minutes, was not renewed.')
  @minValue(0)
  tokenExpirySeconds: int
}

@export()
@description('Logs and metrics.')
type monitoring = {
  @description('Days that Log Analytics keeps telemetry.')
  @minValue(30)
  @maxValue(730)
  retentionDays: int

  @description('GB a day at most; what comes beyond is dropped until the next day, metrics and alerts included. -1: no limit.')
  dailyCapGB: int

  @description('OTLP endpoint that gets the telemetry as well, for Prometheus and Grafana.')
  otlpEndpoint: string?
}

@export()
@description('A monthly budget of the resource group.')
type budget = {
  @description('Amount in the subscription\'s currency.')
  @minValue(1)
  amount: int

  @description('First day of the month that it starts with, such as 2026-12-01: when the budget is first made, the current month or a later one, for Azure refuses an earlier one. Cannot be changed later.')
  startDate: string

  @description('Whom to write to at 80% spent and at 100% forecast.')
  emails: string[]
}
