// One private endpoint, registered in the zone of this resource group or, with none, by the landing zone.
import { tags } from 'types.bicep'

@description('Name.')
param name string

@description('Region of the network.')
param location string

@description('Tags.')
param tagValues tags

@description('Subnet.')
param subnetId string

@description('What it leads to.')
param targetId string

@description('Part of the target: blob, queue, table, vault, postgresqlServer, sites.')
param groupId string

@description('Private DNS zone of this resource group. Empty: a policy registers the endpoint.')
param zoneName string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = {
  name: name
  location: location
  tags: tagValues
  properties: {
    subnet: { id: subnetId }
    customNetworkInterfaceName: '${name}-nic'
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: targetId
          groupIds: [groupId]
        }
      }
    ]
  }
}

resource registration 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-01-01' = if (!empty(zoneName)) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zoneName) }
      }
    ]
  }
}
