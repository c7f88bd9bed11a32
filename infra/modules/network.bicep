// A virtual network with subnets for the app, for private endpoints, and for whoever must reach those: agents of pipelines,
// a machine to administer from.
import { newNetwork, tags } from 'types.bicep'

@description('Name of the network; the other names follow from it.')
param name string

@description('Region.')
param location string

@description('Tags.')
param tagValues tags

@description('Address space, outgoing address, peering.')
param settings newNetwork

var endpointPrefix = cidrSubnet(settings.addressPrefix, parseCidr(settings.addressPrefix).cidr + 2, 0)
var appPrefix = cidrSubnet(settings.addressPrefix, parseCidr(settings.addressPrefix).cidr + 2, 1)
var agentPrefix = cidrSubnet(settings.addressPrefix, parseCidr(settings.addressPrefix).cidr + 2, 2)

resource outboundAddress 'Microsoft.Network/publicIPAddresses@2025-01-01' = if (settings.fixedOutboundAddress) {
  name: '${name}-outbound'
  location: location
  tags: tagValues
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource natGateway 'Microsoft.Network/natGateways@2025-01-01' = if (settings.fixedOutboundAddress) {
  name: '${name}-nat'
  location: location
  tags: tagValues
  sku: { name: 'Standard' }
  properties: {
    idleTimeoutInMinutes: 10
    publicIpAddresses: [{ id: outboundAddress.id }]
  }
}

// No rules of its own: the default ones keep the internet out. It is here for what a landing zone adds.
resource securityGroup 'Microsoft.Network/networkSecurityGroups@2025-01-01' = {
  name: '${name}-nsg'
  location: location
  tags: tagValues
}

// Subnets stand inside the network: as resources of their own they would be removed and made again by a redeployment.
resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: name
  location: location
  tags: tagValues
  properties: {
    addressSpace: { addressPrefixes: [settings.addressPrefix] }
    subnets: [
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointPrefix
          networkSecurityGroup: { id: securityGroup.id }
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
      {
        name: 'app'
        properties: {
          addressPrefix: appPrefix
          networkSecurityGroup: { id: securityGroup.id }
          natGateway: settings.fixedOutboundAddress ? { id: natGateway.id } : null
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'agents'
        properties: {
          addressPrefix: agentPrefix
          networkSecurityGroup: { id: securityGroup.id }
          natGateway: settings.fixedOutboundAddress ? { id: natGateway.id } : null
        }
      }
    ]
  }
}

resource peering 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2025-01-01' = if (settings.?hubNetworkId != null) {
  parent: virtualNetwork
  name: 'to-hub'
  properties: {
    remoteVirtualNetwork: { id: settings.hubNetworkId! }
    allowVirtualNetworkAccess: true
    allowForwardedTraffic: true
    useRemoteGateways: settings.useHubGateway
  }
}

@description('Resource id of the network.')
output networkId string = virtualNetwork.id

@description('Resource id of the app\'s subnet.')
output appSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', virtualNetwork.name, 'app')

@description('Resource id of the private endpoints\' subnet.')
output endpointSubnetId string = resourceId(
  'Microsoft.Network/virtualNetworks/subnets',
  virtualNetwork.name,
  'endpoints'
)

@description('The fixed outgoing address, or nothing.')
output outboundAddress string = settings.fixedOutboundAddress ? outboundAddress!.properties.ipAddress : ''
