// Private DNS zones, linked to the network of the app.
import { tags } from 'types.bicep'

@description('Names of the zones.')
param zoneNames string[]

@description('Network that asks them.')
param networkId string

@description('Tags.')
param tagValues tags

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in zoneNames: {
    name: zoneName
    location: 'global'
    tags: tagValues
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, i) in zoneNames: {
    parent: zones[i]
    name: 'migration'
    location: 'global'
    tags: tagValues
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]
