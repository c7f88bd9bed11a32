using System.Data.Common;
using Microsoft.Extensions.Configuration;

namespace MigrationFunctions;

/// <summary>Which task hub executes what this process starts: the same for all processes on a hub, another for every other
/// hub.</summary>
/// <param name="Name">Where the hub is and what it is called, without a secret.</param>
public sealed record TaskHubIdentity(string Name)
{
    const string Durable = "extensions:durableTask";
    const string DefaultConnection = "AzureWebJobsStorage";

    /// <summary>The hub of the Functions host, by host.json beside the app, its overrides and its storage's settings.</summary>
    public static TaskHubIdentity OfFunctionsHost(IConfiguration settings)
    {
        var host = Host(settings);
        var connection = host[$"{Durable}:storageProvider:connectionName"] ?? DefaultConnection;
        return OnStorage(settings, settings[connection], settings[$"{connection}:accountName"]);
    }

    /// <summary>A hub in a storage account.</summary>
    public static TaskHubIdentity OnStorage(IConfiguration settings, string? connection, string? account = null) =>
        new($"{account ?? AccountOf(connection)}/{Host(settings)[$"{Durable}:hubName"]}");

    /// <summary>A hub in a folder of this machine.</summary>
    public static TaskHubIdentity InFolder(string folder) => new($"{Environment.MachineName}:{Path.GetFullPath(folder)}");

    static IConfiguration Host(IConfiguration settings) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"), optional: true, reloadOnChange: false)
        .AddConfiguration(settings.GetSection("AzureFunctionsJobHost"))
        .Build();

    static string AccountOf(string? connection)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connection ?? "" };
        return parts.TryGetValue("AccountName", out var account) ? (string)account
            : parts.ContainsKey("UseDevelopmentStorage") ? "devstoreaccount1"
            : "";
    }
}
