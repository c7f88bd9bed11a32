using LocalSqlServer;
using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.SqlServer;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>A legacy database behind the stand-in, read by the product over the real SqlClient.</summary>
sealed class LegacySource : IAsyncDisposable
{
    LegacySource(SqlServerStandIn server)
    {
        Server = server;
        Source = new SqlServerSource(new SqlServerConnections(server.ConnectionString), commandTimeoutSeconds: 30);
    }

    public SqlServerStandIn Server { get; }

    public SqlServerSource Source { get; }

    public static async Task<LegacySource> StartAsync(LegacyDatabase? database = null) =>
        new(await SqlServerStandIn.StartAsync(new StandInOptions
        {
            Database = database ?? SchoolDatabase.Create(new SchoolOptions(Seed: 3, Rows: 2_000, Districts: 3)),
        }));

    public async Task<SourceSlice> SliceAsync(string table, string tenantColumn, string tenant, params string[] key) =>
        new(Entity(table, tenantColumn, key), (await Source.FindTableAsync(table, CancellationToken.None))!, tenant);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    static EntityManifest Entity(string table, string tenantColumn, string[] key) => new()
    {
        Name = "entity",
        Source = new EntitySource { Table = table, Tenant = tenantColumn, Key = key },
        Target = new EntityTarget { Table = "x.y" },
        Columns = [],
    };
}
