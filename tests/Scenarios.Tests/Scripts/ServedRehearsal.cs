using Scenarios.Tests.Harness;

namespace Scenarios.Tests.Scripts;

/// <summary>A service that may rehearse, in a process of its own: its rehearsal connections lead into a database of that
/// name.</summary>
sealed record ServedRehearsal(Scenario Scenario, TargetDatabase Target, Uri Address, Api Api) : IAsyncDisposable
{
    public static async Task<ServedRehearsal> StartAsync(TargetServer server)
    {
        var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var target = await server.CreateAsync("rehearsal");
        scenario.Settings["Migration:RehearsalConnection"] = target.Writer;
        scenario.Settings["Migration:RehearsalDirectConnection"] = target.Direct;
        var address = await scenario.Serve().AddressAsync();
        return new ServedRehearsal(scenario, target, address, scenario.Client(address));
    }

    public async ValueTask DisposeAsync()
    {
        await Scenario.DisposeAsync();
        await Target.DisposeAsync();
    }
}
