namespace Scenarios.Tests.Harness;

/// <summary>One hosted service for the tests of a class that change nothing.</summary>
public sealed class HostedScenario(TargetServer server) : IAsyncLifetime
{
    public Scenario Scenario { get; private set; } = null!;

    public Api Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Scenario = await Scenario.CreateAsync(server, Schools.Small);
        Api = await Scenario.HostAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Scenario is not null)
            await Scenario.DisposeAsync();
    }
}
