using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MigrationFunctions.Activities;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Operating;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.Core.Reporting;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Starting;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.Http;
using MigrationFunctions.SqlServer;
using MigrationFunctions.Starting;

namespace MigrationFunctions;

/// <summary>What the functions are made of, the same in Azure and on the local host.</summary>
public static class Composition
{
    /// <summary>Adds the migration. Settings stand in section <c>Migration</c>: ManifestFolder, SourceConnection,
    /// TargetConnection, DirectConnection, RehearsalConnection, RehearsalDirectConnection, for each of these
    /// SourcePasswordSecret and so on, KeyVaultUri, ManagedIdentityClientId, and what <see cref="WorkSettings"/> lists. A host
    /// does not start with settings that are refused (MIG6008 to MIG6025, MIG6041); connections are opened when they are first
    /// needed.</summary>
    public static IServiceCollection AddMigration(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.GetSection("Migration");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => WorkSettings.Read(configuration));
        services.AddSingleton(_ => new ManifestCatalog(ManifestFolder(settings["ManifestFolder"])));
        services.AddConnections(configuration);
        services.AddSingleton<StartCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<StartCheck>());
        services.TryAddSingleton<ISourceDatabase>(provider => new SqlServerSource(
            new SqlServerConnections(
                provider.GetRequiredService<ConnectionSettings>()[ConnectionName.Source].Text,
                provider.GetRequiredService<ConnectionCredentials>().Of(ConnectionName.Source)),
            provider.GetRequiredService<WorkSettings>().CommandTimeoutSeconds));
        services.AddSingleton<ITargets, ConfiguredTargets>();
        services.TryAddSingleton<IManagementEndpoints, FunctionsHostEndpoints>();
        services.AddSingleton(_ => PublicAddress.Read(configuration));
        services.TryAddSingleton(_ => TaskHubIdentity.OfFunctionsHost(configuration));
        services.AddSingleton<Preflight>();
        services.AddSingleton<RunStarter>();
        services.AddSingleton<EntityLayouts>();
        services.AddSingleton<RunAccess>();
        services.AddSingleton<SourceReading>();
        services.AddSingleton<HealingAudit>();
        services.AddSingleton<ThrottleReporter>();
        services.AddSingleton<RunAdjuster>();
        services.AddSingleton<ReconciliationStarter>();
        services.AddSingleton<Reporter>();
        services.AddSingleton<EntityChecks>();
        services.AddSingleton<SliceCensus>();
        services.AddSingleton<ReconciliationAccess>();
        return services;
    }

    static string ManifestFolder(string? setting) =>
        Path.Combine(AppContext.BaseDirectory, string.IsNullOrEmpty(setting) ? "manifests" : setting);
}
