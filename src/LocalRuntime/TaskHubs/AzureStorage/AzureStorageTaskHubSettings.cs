using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>What a task hub in Azure Storage is made with.</summary>
sealed partial record AzureStorageTaskHubSettings
{
    /// <summary>Of a storage account with queues, tables and blobs; it holds a key.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Name of the hub, which all processes on it share.</summary>
    public required string HubName { get; init; }

    public required int MaxConcurrentOrchestrations { get; init; }

    public required int MaxConcurrentActivities { get; init; }

    /// <summary>Keeps orchestrations in memory between turns.</summary>
    public required bool ExtendedSessions { get; init; }

    public required StorageProviderSettings StorageProvider { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The storage account that the connection string names, for a log; never its key.</summary>
    public string Account => AccountPattern().Match(ConnectionString) is { Success: true } named
        ? named.Groups[1].Value
        : "devstoreaccount1";

    /// <summary>Without the connection string, which holds a key.</summary>
    public override string ToString() => $"hub {HubName} in Azure Storage account {Account}";

    /// <summary>Every reason why no hub can be made, without a word of the connection string.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in StorageProvider.Problems())
        {
            yield return problem;
        }

        if (!ConnectionPattern().IsMatch(ConnectionString))
        {
            yield return "The connection string is not one of an Azure Storage account: it has neither UseDevelopmentStorage=true nor "
                + "AccountName=... with AccountKey=... or SharedAccessSignature=....";
        }

        if (!HubPattern().IsMatch(HubName))
        {
            yield return $"The hub name '{HubName}' of host.json is not one that Azure Storage takes: 3 to 45 letters and digits, "
                + "beginning with a letter.";
        }
    }

    [GeneratedRegex("(?:^|;)\\s*AccountName=([^;]+)", RegexOptions.IgnoreCase)]
    private static partial Regex AccountPattern();

    [GeneratedRegex(
        "^\\s*UseDevelopmentStorage=true|(?=.*(?:^|;)\\s*(?:AccountName|BlobEndpoint)=[^;]+)(?=.*;\\s*(?:AccountKey|SharedAccessSignature)=[^;]+)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex ConnectionPattern();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubPattern();
}
