// The one identity of the app: at storage, vault, telemetry, scheduler and databases.
import { tags } from 'types.bicep'

@description('Name of the identity; also its name in the databases, if they map by name.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tagValues
}

@description('Resource id.')
output id string = identity.id

@description('Name.')
output name string = identity.name

@description('Client id: setting Migration__ManagedIdentityClientId.')
output clientId string = identity.properties.clientId

@description('Object id: what roles are assigned to.')
output principalId string = identity.properties.principalId
