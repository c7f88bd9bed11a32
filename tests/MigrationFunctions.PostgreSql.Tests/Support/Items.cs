using System.Data;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>An entity made for one test: <c>dbo.Item</c> to a table of its own, with columns of the test's
/// choice.</summary>
sealed class Items
{
    readonly ColumnManifest[] _columns;
    readonly FilterRule[] _filters;
    readonly string _table;

    public Items(
        SourceColumn[] columns, SourceColumn? key = null, string table = "school.item", ColumnManifest[]? mapped = null,
        FilterRule[]? filters = null, SourceIndex[]? indexes = null)
    {
        key ??= Legacy.Key("ItemID", SqlDbType.BigInt);
        _table = table;
        _filters = filters ?? [];
        _columns = mapped ?? [.. columns.Select(c => new ColumnManifest { Source = c.Name, Target = c.Name })];
        Rows = new MemoryTable(
            Legacy.Table("dbo.Item", [key, Legacy.Key("TenantID", SqlDbType.Int), .. columns]) with { Indexes = indexes ?? [] },
            "TenantID", key.Name);
        Source = new MemorySource(Rows);
    }

    /// <summary>The manifest's name.</summary>
    public string Name { get; init; } = "items";

    public MemoryTable Rows { get; }

    public MemorySource Source { get; }

    public Manifest Manifest => new()
    {
        Name = Name,
        Tenants = new TenantSource { Table = "dbo.Item", Key = "TenantID" },
        Entities =
        [
            new EntityManifest
            {
                Name = "item",
                Source = new EntitySource
                {
                    Table = "dbo.Item", Tenant = "TenantID", Key = [Rows.Table.Columns[0].Name],
                },
                Target = new EntityTarget { Table = _table },
                Columns = _columns,
                Filters = _filters,
            },
        ],
    };

    public void Add(object key, params (string, object?)[] values) => AddOf(1, key, values);

    public void AddOf(int tenant, object key, params (string, object?)[] values) =>
        Rows.Add([(Rows.Table.Columns[0].Name, key), ("TenantID", tenant), .. values]);

    public Migration In(TargetDatabase target, WritePath path = WritePath.Auto, RunMode mode = RunMode.Full) =>
        new(target, Source, mode, Manifest.Options with { WritePath = path }, Manifest);

    /// <summary>Creates the table with row-level security and the two roles' rights.</summary>
    public async Task CreateAsync(TargetDatabase target, string columns, string keyType = "bigint", string options = "")
    {
        var table = Identifier.QuoteTable(_table);
        await target.ExecuteAsync(
            $"""
            CREATE TABLE {table} (
              tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id {keyType} NOT NULL, {columns},
              PRIMARY KEY (tenant_id, id)) {options};
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY one_tenant ON {table} USING (tenant_id = current_setting('app.tenant_id')::uuid);
            GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO migration_writer, migration_direct
            """);
    }
}
