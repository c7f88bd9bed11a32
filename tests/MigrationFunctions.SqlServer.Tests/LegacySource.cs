using LegacyServers;
using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

[assembly: AssemblyFixture(typeof(SelectedServer))]

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>A legacy database read by the product over the real SqlClient.</summary>
sealed class LegacySource : IAsyncDisposable
{
    LegacySource(ILegacySource served)
    {
        Served = served;
        Source = new SqlServerSource(new SqlServerConnections(served.ConnectionString), commandTimeoutSeconds: 30);
    }

    public ILegacySource Served { get; }

    public SqlServerSource Source { get; }

    /// <summary>On the server that <see cref="SourceChoice.Variable"/> selects.</summary>
    public static async Task<LegacySource> StartAsync(LegacyDatabase? database = null) =>
        new(await (await SelectedServer.GetAsync()).ServeAsync(database ?? School()));

    /// <summary>On the stand-in, whatever is selected.</summary>
    public static async Task<LegacySource> StartOnStandInAsync(LegacyDatabase? database = null) =>
        new(await new StandInServer(withFaults: true).ServeAsync(database ?? School()));

    /// <summary>A slice of a table whose tenant column is the tenants' key itself.</summary>
    public async Task<SourceSlice> SliceAsync(string table, string tenantColumn, string tenant, params string[] key)
    {
        var found = (await Source.FindTableAsync(table, CancellationToken.None))!;
        return new(
            Entity(table, tenantColumn, key), found, new TenantKeys(table, found.Find(tenantColumn)!, null, null), tenant);
    }

    /// <summary>Columns of a slice's table, to be selected.</summary>
    public static IReadOnlyList<SelectedColumn> Select(SourceSlice slice, params string[] columns) =>
        [.. columns.Select(c => SelectedColumn.Of(slice.Table.Find(c)!))];

    public ValueTask DisposeAsync() => Served.DisposeAsync();

    static LegacyDatabase School() => SchoolDatabase.Create(new SchoolOptions(Seed: 3, Rows: 2_000, Districts: 3));

    static EntityManifest Entity(string table, string tenantColumn, string[] key) => new()
    {
        Name = "entity",
        Source = new EntitySource { Table = table, Tenant = tenantColumn, Key = key },
        Target = new EntityTarget { Table = "x.y" },
        Columns = [],
    };
}
