// For azd, which looks for this name: the values of main.test.bicepparam, in azd's environment and region.
using 'main.bicep'
extends 'main.test.bicepparam'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'test')
