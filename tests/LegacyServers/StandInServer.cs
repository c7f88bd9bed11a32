using LocalSqlServer;
using LocalSqlServer.Storage;

namespace LegacyServers;

/// <summary>Serves each database by a stand-in of its own.</summary>
/// <param name="withFaults">Whether the test asked for the stand-in because it needs faults. Where it only happens to run on
/// the stand-in faults are refused, so that no test comes to rely on them unnoticed.</param>
/// <param name="acceptToken">Tells which Microsoft Entra tokens log in; absent, none does.</param>
public sealed class StandInServer(bool withFaults, Func<string, bool>? acceptToken = null) : ILegacyServer
{
    public async Task<ILegacySource> ServeAsync(LegacyDatabase legacy, CancellationToken cancellationToken = default) =>
        new StandInSource(
            await SqlServerStandIn.StartAsync(
                new StandInOptions { Database = legacy, AcceptToken = acceptToken }, cancellationToken),
            withFaults);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static InvalidOperationException NoFaults() => new(
        "This test makes the source fail, so it must ask for the stand-in (in the scenarios: Scenario.CreateWithFaultsAsync): "
        + $"with {SourceChoice.Variable} set it would run on a real SQL Server.");
}
