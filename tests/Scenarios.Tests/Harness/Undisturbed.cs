using LocalSqlServer.Storage;
using MigrationFunctions.Core.Ledger;

namespace Scenarios.Tests.Harness;

/// <summary>What a run leaves behind that nothing disturbs: made once for each request, compared with often.</summary>
public sealed class Undisturbed(TargetServer server) : IDisposable
{
    readonly SemaphoreSlim _one = new(1, 1);
    readonly Dictionary<(LegacyDatabase, string), RunTraces> _traces = [];

    public async Task<RunTraces> TracesAsync(LegacyDatabase legacy, object request)
    {
        await _one.WaitAsync();
        try
        {
            var key = (legacy, Api.ToJson(request));
            if (!_traces.TryGetValue(key, out var traces))
            {
                await using var scenario = await Scenario.CreateAsync(server, legacy, "undisturbed");
                var api = await scenario.HostAsync();
                var status = await api.EndAsync(await api.StartAsync(request));
                Assert.True(status is { Status: States.CompletedWithRejects, IsConserved: true }, Api.ToJson(status));
                await scenario.Target.AssertAppliedOnceAsync();
                _traces[key] = traces = await RunTraces.OfAsync(scenario.Target, status);
            }
            return traces;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
