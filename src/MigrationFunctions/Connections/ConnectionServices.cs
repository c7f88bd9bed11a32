using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MigrationFunctions.Core.Diagnostics;

namespace MigrationFunctions.Connections;

/// <summary>Identity, vault and credentials of the connections. Registrations of <see cref="TokenCredential"/> and
/// <see cref="SecretClientOptions"/> that are there already stay.</summary>
static class ConnectionServices
{
    public static void AddConnections(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(
            provider => ConnectionSettings.Read(configuration, provider.GetRequiredService<IHostEnvironment>()));
        services.TryAddSingleton(provider => IdentityOf(provider.GetRequiredService<ConnectionSettings>()));
        services.TryAddSingleton(_ => VaultSecrets.Options());
        services.AddSingleton(provider => new SecretClient(
            new Uri(provider.GetRequiredService<ConnectionSettings>().KeyVaultUri!),
            provider.GetRequiredService<TokenCredential>(), provider.GetRequiredService<SecretClientOptions>()));
        services.AddSingleton<VaultSecrets>();
        services.AddSingleton<EntraTokens>();
        services.AddSingleton(provider => new ConnectionCredentials(
            provider.GetRequiredService<ConnectionSettings>(), provider.GetRequiredService<VaultSecrets>,
            provider.GetRequiredService<EntraTokens>, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICredentialExpiry>(provider => provider.GetRequiredService<ConnectionCredentials>());
        services.AddHostedService<CredentialRenewal>();
    }

    /// <summary>As whom the service logs in to vault and databases.</summary>
    // DefaultAzureCredential asks a developer's tools; in Azure it would make a failure of the identity look like one
    // of theirs. Without a client id it is what finds the identity of whatever machine this is; outside development not by
    // a client secret among the settings.
    public static TokenCredential IdentityOf(ConnectionSettings settings) =>
        settings is { IsDevelopment: false, ManagedIdentityClientId: { } clientId }
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
            : new DefaultAzureCredential(new DefaultAzureCredentialOptions
            {
                ManagedIdentityClientId = settings.ManagedIdentityClientId,
                ExcludeEnvironmentCredential = !settings.IsDevelopment,
            });
}
