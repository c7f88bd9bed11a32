// The alert rules and whom they reach. Queries run over the tables of Application Insights: customMetrics, not the
// workspace's AppMetrics. There a counter's export is one row with the increase in valueSum, a histogram's one row with
// sum, count, smallest and largest, and a gauge's one row with its value.
import { alerts, tags } from 'types.bicep'

@description('Suffix of the rules\' names, so that two environments can share a resource group.')
param environmentName string

@description('Region of the rules: the one of Application Insights.')
param location string

@description('Tags.')
param tagValues tags

@description('Thresholds and receivers.')
param settings alerts

@description('Application Insights component that the rules ask.')
param applicationInsightsId string

@description('Whether the rules stand for production: they are more severe there.')
param production bool

type rule = {
  @description('Name.')
  name: string

  @description('What has happened and what to do.')
  text: string

  @description('Severity in production.')
  severity: 0 | 1 | 2 | 3

  @description('Query.')
  query: string

  @description('Column to aggregate; empty to count rows.')
  measure: string

  @description('How.')
  aggregation: 'Average' | 'Count' | 'Maximum' | 'Minimum' | 'Total'

  @description('Columns to alert by.')
  splitBy: string[]

  @description('Comparison.')
  operator: 'GreaterThan' | 'GreaterThanOrEqual' | 'LessThan' | 'LessThanOrEqual'

  @description('Threshold.')
  threshold: int

  @description('How often.')
  every: 'PT5M' | 'PT15M' | 'PT1H'

  @description('Time looked at.')
  window: 'PT5M' | 'PT10M' | 'PT15M' | 'PT30M' | 'PT1H'

  @description('Evaluations in a row that must be over the threshold.')
  inARow: int
}

var rules rule[] = [
  {
    name: 'failed-batches'
    text: 'Batches fail. Look up the code in docs/errors.md; GET /api/migrations/{runId} says which tenants and entities they are of.'
    severity: 2
    query: '''
      customMetrics
      | where name == 'migration.batch.failures'
      | extend manifest = tostring(customDimensions['migration.manifest']), code = tostring(customDimensions['code'])
      | project timestamp, manifest, code, failures = valueSum'''
    measure: 'failures'
    aggregation: 'Total'
    splitBy: ['manifest', 'code']
    operator: 'GreaterThanOrEqual'
    threshold: settings.failedBatches
    every: 'PT5M'
    window: 'PT15M'
    inARow: 1
  }
  {
    // Only while the monitor sees a run that should be moving: a blackout or a suspended run is slow on purpose.
    name: 'slower-than-rehearsal'
    text: 'A run moves fewer rows a second than its rehearsal did: it will not be done in the planned time. Look at window, throttle reasons and latencies in the workbook, and adjust by PATCH /api/migrations/{runId}.'
    severity: 2
    query: '''
      let moving = customMetrics
          | where name == 'migration.run.heartbeat_age'
          | extend manifest = tostring(customDimensions['migration.manifest'])
          | summarize by manifest, minute = bin(timestamp, 1m);
      customMetrics
      | where name == 'migration.run.throughput'
      | extend manifest = tostring(customDimensions['migration.manifest']), which = tostring(customDimensions['kind'])
      | summarize
          current = avgif(valueSum / valueCount, which == 'now'),
          rehearsed = avgif(valueSum / valueCount, which == 'rehearsal')
          by manifest, minute = bin(timestamp, 1m)
      | where isfinite(current) and rehearsed > 0
      | join kind = leftsemi moving on manifest, minute
      | project timestamp = minute, manifest, percentOfRehearsal = 100.0 * current / rehearsed'''
    measure: 'percentOfRehearsal'
    aggregation: 'Average'
    splitBy: ['manifest']
    operator: 'LessThan'
    threshold: settings.throughputPercentOfRehearsal
    every: 'PT5M'
    window: 'PT5M'
    inARow: 3
  }
  {
    name: 'stuck-run'
    text: 'The ledger of a run that should be moving has not moved. Look at GET /api/health/connections, then at the run; terminating it and starting again loses nothing.'
    severity: 1
    query: '''
      customMetrics
      | where name == 'migration.run.heartbeat_age'
      | extend manifest = tostring(customDimensions['migration.manifest'])
      | project timestamp, manifest, age = valueSum / valueCount'''
    measure: 'age'
    aggregation: 'Minimum'
    splitBy: ['manifest']
    operator: 'GreaterThan'
    threshold: settings.stuckAfterSeconds
    every: 'PT5M'
    window: 'PT5M'
    inARow: 1
  }
  {
    name: 'rejects-over-limit'
    text: 'A run of the last day has more rejected rows than its manifest allows. GET /api/migrations/{runId}/rejects lists them by rule.'
    severity: 2
    query: '''
      customMetrics
      | where name == 'migration.rejects.over_limit'
      | extend manifest = tostring(customDimensions['migration.manifest'])
      | project timestamp, manifest, runs = valueSum / valueCount'''
    measure: 'runs'
    aggregation: 'Maximum'
    splitBy: ['manifest']
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT5M'
    window: 'PT5M'
    inARow: 1
  }
  {
    name: 'reconciliation-not-equal'
    text: 'Source and target differ, or could not be compared. GET /api/reconciliations names the differing rows and columns.'
    severity: 1
    query: '''
      customMetrics
      | where name == 'migration.reconciliations'
      | extend manifest = tostring(customDimensions['migration.manifest']), verdict = tostring(customDimensions['verdict'])
      | where verdict in ('notEqual', 'unknown')
      | project timestamp, manifest, verdict, reconciliations = valueSum'''
    measure: 'reconciliations'
    aggregation: 'Total'
    splitBy: ['manifest', 'verdict']
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT5M'
    window: 'PT30M'
    inARow: 1
  }
  {
    name: 'secret-expires'
    text: 'The password of a connection is about to expire. Put a new version of the secret into the vault; docs/security.md has the steps.'
    severity: 2
    query: '''
      customMetrics
      | where name == 'migration.credential.expires_in'
      | extend connection = tostring(customDimensions['connection']), which = tostring(customDimensions['kind'])
      | where which == 'secret'
      | project timestamp, connection, days = valueSum / valueCount / 86400.0'''
    measure: 'days'
    aggregation: 'Minimum'
    splitBy: ['connection']
    operator: 'LessThan'
    threshold: settings.secretExpiryDays
    every: 'PT1H'
    window: 'PT1H'
    inARow: 1
  }
  {
    // The largest within the window: a token that is renewed in time is young again within minutes.
    name: 'token-not-renewed'
    text: 'The Entra token of a connection is not renewed and runs out. Look at the managed identity and at GET /api/health/connections.'
    severity: 1
    query: '''
      customMetrics
      | where name == 'migration.credential.expires_in'
      | extend connection = tostring(customDimensions['connection']), which = tostring(customDimensions['kind'])
      | where which == 'token'
      | project timestamp, connection, seconds = valueSum / valueCount'''
    measure: 'seconds'
    aggregation: 'Maximum'
    splitBy: ['connection']
    operator: 'LessThan'
    threshold: settings.tokenExpirySeconds
    every: 'PT5M'
    window: 'PT15M'
    inARow: 1
  }
  {
    // One row when the app sends telemetry and the monitor does not, none otherwise.
    name: 'monitor-silent'
    text: 'The app runs and its monitor has recorded nothing for 15 minutes: the other alerts are blind. Look at the function Monitor and the setting MonitorSchedule.'
    severity: 1
    query: '''
      let gauges = toscalar(customMetrics
          | where name in ('migration.runs.active', 'migration.credential.expires_in')
          | count);
      union requests, dependencies, traces
      | summarize telemetry = count()
      | where telemetry > 0 and gauges == 0'''
    measure: ''
    aggregation: 'Count'
    splitBy: []
    operator: 'GreaterThan'
    threshold: 0
    every: 'PT5M'
    window: 'PT15M'
    inARow: 1
  }
  {
    // The monitor's timer runs every minute, so silence means that the app is down or its telemetry does not arrive.
    name: 'app-silent'
    text: 'Nothing has come from the app for 30 minutes. Look whether it is up (GET /api/health/live), whether its identity may publish telemetry, and whether the daily cap of the workspace was reached.'
    severity: 1
    query: '''
      union requests, dependencies, traces, customMetrics
      | project timestamp'''
    measure: ''
    aggregation: 'Count'
    splitBy: []
    operator: 'LessThan'
    threshold: 1
    every: 'PT15M'
    window: 'PT30M'
    inARow: 1
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-migration-${environmentName}'
  location: 'global'
  tags: tagValues
  properties: {
    enabled: true
    groupShortName: 'migration'
    emailReceivers: [
      for (email, i) in settings.emails: {
        name: 'email-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
    webhookReceivers: [
      for (webhook, i) in settings.webhooks: {
        name: 'webhook-${i}'
        serviceUri: webhook
        useCommonAlertSchema: true
      }
    ]
  }
}

module alertRules 'alert.bicep' = [
  for item in rules: {
    params: {
      name: 'migration-${environmentName}-${item.name}'
      text: item.text
      location: location
      tagValues: tagValues
      severity: production ? item.severity : 3
      query: item.query
      measure: item.measure
      aggregation: item.aggregation
      splitBy: item.splitBy
      operator: item.operator
      threshold: item.threshold
      every: item.every
      window: item.window
      inARow: item.inARow
      applicationInsightsId: applicationInsightsId
      actionGroupId: actionGroup.id
    }
  }
]

@description('Resource id of the action group, for alerts of your own.')
output actionGroupId string = actionGroup.id
