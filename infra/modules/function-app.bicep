// Flex Consumption plan and the function app. Runtime and package location stand in functionAppConfig. This plan
// refuses FUNCTIONS_WORKER_RUNTIME, FUNCTIONS_EXTENSION_VERSION, WEBSITE_RUN_FROM_PACKAGE and siteConfig.ftpsState: it
// has no FTP.
import { authentication, hosting, tags } from 'types.bicep'

@description('Name of the plan.')
param planName string

@description('Name of the app. The host cuts longer ones for its leases, which two apps could then share.')
@maxLength(32)
param name string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('Size and reach.')
param settings hosting

@description('How callers are authenticated.')
param authenticationSettings authentication

@description('Resource id of the app\'s identity.')
param identityId string

@description('Storage account of host and Durable Task.')
param storageAccountName string

@description('URL of the container of the deployment package.')
param deploymentContainerUrl string

@description('Application Insights component.')
param applicationInsightsName string

@description('Client id of the app\'s identity.')
param identityClientId string

@description('Subnet for outgoing traffic. Empty: none.')
param subnetId string

@description('Settings beyond host, storage and telemetry.')
param appSettings { *: string }

@description('Workspace of the metrics.')
param workspaceId string

var entra = authenticationSettings.kind == 'Entra'
var settingValues = union(
  {
    AzureWebJobsDisableHomepage: 'true'
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
  },
  appSettings
)

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tagValues
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: settings.zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  // azd finds the app of service "functions" by this tag.
  tags: union(tagValues, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: settings.inbound == 'private' ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: settings.instanceMemoryMB
        maximumInstanceCount: settings.maximumInstanceCount
        alwaysReady: filter(
          [
            { name: 'durable', instanceCount: settings.alwaysReadyDurable }
            { name: 'http', instanceCount: settings.alwaysReadyHttp }
          ],
          group => group.instanceCount > 0
        )
        triggers: { http: { perInstanceConcurrency: settings.httpConcurrency } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      appSettings: map(items(settingValues), setting => { name: setting.key, value: setting.value })
      ipSecurityRestrictionsDefaultAction: empty(settings.allowedCallers) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (range, i) in settings.allowedCallers: {
          name: 'caller-${i}'
          action: 'Allow'
          priority: 100 + i
          ipAddress: range
        }
      ]
    }
  }
}

// Deployments authenticate by Entra, not by a publishing password.
resource noPublishingPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

// The platform checks the token and hands its claims to the app in X-MS-CLIENT-PRINCIPAL; roles are the app's matter.
// Only tokens sent by the caller are accepted: no sign-in page, hence no client secret and no token store.
resource easyAuth 'Microsoft.Web/sites/config@2024-11-01' = if (entra) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/api/health/live']
    }
    httpSettings: { requireHttps: true }
    login: { tokenStore: { enabled: false } }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entra ? authenticationSettings.clientId : ''
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: entra ? [authenticationSettings.clientId, 'api://${authenticationSettings.clientId}'] : []
          defaultAuthorizationPolicy: entra && !empty(authenticationSettings.allowedApplications)
            ? { allowedApplications: authenticationSettings.allowedApplications }
            : null
        }
      }
    }
  }
  dependsOn: [noPublishingPassword]
}

resource metrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id.')
output id string = app.id

@description('Name.')
output name string = app.name

@description('Base address for the CLI and the pipelines.')
output url string = 'https://${app.properties.defaultHostName}'
