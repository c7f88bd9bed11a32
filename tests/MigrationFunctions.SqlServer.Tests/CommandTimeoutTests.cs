using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>A statement of a run may take as long as the run's options say, whatever it asks for.</summary>
public sealed class CommandTimeoutTests
{
    const int Seconds = 77;

    [Fact]
    public async Task Every_statement_of_a_run_has_the_runs_timeout()
    {
        await using var legacy = await LegacySource.StartOnStandInAsync();
        var slice = await legacy.SliceAsync("dbo.Student", "DistrictID", "1", "StudentID");
        var columns = LegacySource.Select(slice, "StudentID", "DistrictID");
        var manifest = new Manifest
        {
            Name = "school", Tenants = new TenantSource { Table = "dbo.District", Key = "DistrictID" }, Entities = [slice.Entity],
        };
        var source = legacy.Source.For(new RunContext(
            "run", manifest, RunMode.Full, new MigrationOptions { CommandTimeoutSeconds = Seconds }, null, null));
        var connection = legacy.Served.ConnectionString;
        var cancel = TestContext.Current.CancellationToken;
        using var commands = new Commands(new SqlConnectionStringBuilder(connection).DataSource);

        var ranges = await source.PlanAsync(slice, new SlicePosition(0, null), 100, 10, cancel);
        var keys = await source.SampleKeysAsync(slice, 50, 0, cancel);
        await source.CountAsync(slice, cancel);
        await source.CountRangeAsync(slice, ranges[0], cancel);
        await source.HasRowsAsync(slice, cancel);
        await source.FindEqualTenantsAsync(slice.Tenants, null, cancel);
        await source.CountByTenantAsync(manifest, slice.Entity, cancel);
        await source.CountOrphansAsync(manifest, slice.Entity, "SchoolID", slice.Entity with
        {
            Source = slice.Entity.Source with { Table = "dbo.School", Key = ["SchoolID"] },
        }, cancel);
        await source.ReadTenantsAsync(manifest, cancel);
        await source.DescribeAsync("dbo.Student", cancel);
        await source.FindTableAsync("dbo.School", cancel);
        await source.CanReadAsync("dbo.Student", cancel);
        await source.FindExcessivePrivilegesAsync(["dbo.Student"], cancel);
        await source.FindMaskedColumnsAsync("dbo.Student", cancel);
        await source.ReadOriginalsAsync(slice, ranges[0], keys.ToHashSet(), cancel);
        await using (await source.OpenKeysAsync(slice, columns, keys, cancel))
        await using (var batch = await source.OpenAsync(slice, ranges[0], columns, SourceIsolation.ReadCommitted, cancel))
            await batch.RecountAsync(cancel);

        Assert.NotEmpty(keys);
        Assert.True(commands.Timeouts.Count > 15, $"{commands.Timeouts.Count} statements were seen.");
        Assert.All(commands.Timeouts, seconds => Assert.Equal(Seconds, seconds));
    }

    // The driver tells of each command before it runs it.
    sealed class Commands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        readonly string _server;
        readonly ConcurrentBag<IDisposable> _subscriptions = [];

        public Commands(string server)
        {
            _server = server;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public ConcurrentQueue<int> Timeouts { get; } = [];

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "SqlClientDiagnosticListener")
                _subscriptions.Add(value.Subscribe(this));
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key.EndsWith("WriteCommandBefore", StringComparison.Ordinal)
                && value.Value?.GetType().GetProperty("Command")?.GetValue(value.Value) is SqlCommand command
                && command.Connection.DataSource == _server)
                Timeouts.Enqueue(command.CommandTimeout);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
        }
    }
}
