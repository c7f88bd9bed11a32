// The workbook of the migration, shared, shown by Application Insights.
import { tags } from 'types.bicep'

@description('Name of the environment: in the title, and in the GUID that is the workbook\'s name.')
param environmentName string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('Application Insights component that the workbook asks.')
param applicationInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, environmentName, 'migration')
  location: location
  tags: tagValues
  kind: 'shared'
  properties: {
    displayName: 'Migration (${environmentName})'
    category: 'workbook'
    sourceId: applicationInsightsId
    version: 'Notebook/1.0'
    serializedData: replace(
      loadTextContent('../dashboards/migration.json'),
      '<application-insights-id>',
      applicationInsightsId
    )
  }
}

@description('Resource id.')
output id string = workbook.id
