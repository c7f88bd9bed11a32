using System.Globalization;
using LegacyServers;
using LocalPostgres;
using Migrate.Demo;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Scripts;
using Npgsql;
using Scenarios.Tests.Harness;

[assembly: AssemblyFixture(typeof(SelectedServer))]
[assembly: AssemblyFixture(typeof(TargetServer))]

namespace Scenarios.Tests.Harness;

/// <summary>One real PostgreSQL for all scenarios. Each scenario gets a database of its own, cloned from a template
/// that has the sample's tables, schema <c>migration</c> and the log of what is applied.</summary>
public sealed class TargetServer : IAsyncLifetime
{
    readonly string _template = string.Create(CultureInfo.InvariantCulture, $"scenarios_{Environment.ProcessId}");
    PostgresServer? _server;
    SampleTarget? _sample;
    int _databases;

    public TargetServer() => Undisturbed = new Undisturbed(this);

    /// <summary>What runs leave behind that nothing disturbs.</summary>
    public Undisturbed Undisturbed { get; }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _server = await PostgresServer.StartAsync();
        }
        catch (PostgresUnavailableException e) when (Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
        {
            MissingBecause = e.Message;
            return;
        }
        _sample = await SampleTarget.CreateAsync(_server, _template, CancellationToken.None);
        await using (var connections = new PostgresConnections("template", _sample.Writer, _sample.Direct))
            await new MigrationSchema(connections).EnsureAsync(CancellationToken.None);
        await using var admin = NpgsqlDataSource.Create(Unpooled(_sample.Admin));
        await using var log = admin.CreateCommand(AppliedLog.Script);
        await log.ExecuteNonQueryAsync();
    }

    /// <summary>Why there is no server, or null.</summary>
    public string? MissingBecause { get; private set; }

    /// <summary>A fresh database whose name contains <paramref name="purpose"/>; disposing it drops it.</summary>
    public async Task<TargetDatabase> CreateAsync(string purpose)
    {
        if (MissingBecause is { } reason)
            Assert.Skip(reason);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{_template}_{purpose}_{Interlocked.Increment(ref _databases)}");
        await _server!.CloneDatabaseAsync(name, _template);
        // A clone has the tables' privileges, not those on the database itself.
        await _server.ExecuteAsync($"GRANT CONNECT, TEMPORARY ON DATABASE \"{name}\" TO migration_writer, migration_direct");
        return new TargetDatabase(
            _server, name, In(name, _sample!.Admin), In(name, _sample.Writer), In(name, _sample.Direct));
    }

    /// <summary>A database in which <c>infra/sql/target.sql</c> and the sample's tables were run, and nothing else: the direct
    /// role is no member of their owner.</summary>
    public async Task<TargetDatabase> CreateLeastPrivilegedAsync()
    {
        if (MissingBecause is { } reason)
            Assert.Skip(reason);
        var name = string.Create(CultureInfo.InvariantCulture, $"{_template}_least_{Interlocked.Increment(ref _databases)}");
        var admin = Unpooled(await _server!.CreateDatabaseAsync(name));
        // Roles belong to the server: an owner of its own, so that the other scenarios' grants do not reach here.
        const string Owner = "least_privilege_owner";
        var roles = await ScriptAsync("infra/sql/target.sql");
        var tables = await ScriptAsync("manifests/school-district.target.sql");
        await using var source = NpgsqlDataSource.Create(admin);
        foreach (var script in new[]
        {
            $"SELECT set_config('setup.owner', '{Owner}', false);\n{roles}",
            $"SELECT set_config('setup.owner', '{Owner}', false);\n{roles}",
            tables.Replace("school_owner", Owner, StringComparison.Ordinal),
        })
        {
            await using var command = source.CreateCommand(script);
            await command.ExecuteNonQueryAsync();
        }
        return new TargetDatabase(
            _server, name, In(name, admin), In(name, _sample!.Writer), In(name, _sample.Direct));

        static Task<string> ScriptAsync(string path) => File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, path));
    }

    public async ValueTask DisposeAsync()
    {
        Undisturbed.Dispose();
        if (_server is null)
            return;
        await _server.DropDatabaseAsync(_template);
        await _server.DisposeAsync();
    }

    static string In(string database, string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database, MaxPoolSize = 20 }.ConnectionString;

    static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}
