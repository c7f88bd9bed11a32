using System.Data;
using System.Globalization;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer;

/// <summary>The legacy database over SqlClient: read only, batches by keyset, order decided by the server alone.</summary>
public sealed class SqlServerSource(SqlServerConnections connections, int commandTimeoutSeconds) : ISourceDatabase
{
    readonly SourceCatalog _catalog = new(connections, commandTimeoutSeconds);
    readonly SourcePrivileges _privileges = new(connections, commandTimeoutSeconds);

    public ISourceDatabase For(RunContext run) => new SqlServerSource(connections, run.Options.CommandTimeoutSeconds);

    public Task<SourceFacts> GetFactsAsync(CancellationToken cancellationToken) => _catalog.GetFactsAsync(cancellationToken);

    public Task<SourceTable?> FindTableAsync(string name, CancellationToken cancellationToken) =>
        _catalog.FindTableAsync(name, cancellationToken);

    public Task<bool> CanReadAsync(string table, CancellationToken cancellationToken) =>
        _catalog.CanReadAsync(table, cancellationToken);

    public Task<IReadOnlyList<ExcessivePrivilege>> FindExcessivePrivilegesAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        _privileges.FindExcessiveAsync(tables, cancellationToken);

    public Task<IReadOnlyList<string>> FindMaskedColumnsAsync(string table, CancellationToken cancellationToken) =>
        _privileges.FindMaskedAsync(table, cancellationToken);

    public Task<IReadOnlyList<Tenant>> ReadTenantsAsync(Manifest manifest, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<Tenant>>(manifest.Tenants.Table, async connection =>
        {
            var table = await TableAsync(manifest.Tenants.Table, cancellationToken);
            var tenantColumns = SourceNames.In(table, manifest.Tenants);
            var key = table.Find(tenantColumns.Key)!;
            var (name, zone) = (TextOrNull(tenantColumns.NameColumn), TextOrNull(tenantColumns.TimeZoneColumn));
            // The alias: a key that is also the name would stand in the list twice, and be ambiguous in ORDER BY.
            await using var command = Command(connection,
                $"""
                SELECT {SourceSql.Quote(key.Name)}, {name}, {zone} FROM {SourceSql.Table(table.Name)} AS [t]
                WHERE [t].{SourceSql.Quote(key.Name)} IS NOT NULL ORDER BY [t].{SourceSql.Quote(key.Name)}
                """);
            await using var rows = Statement.Read(command, cancellationToken);
            var tenants = new List<Tenant>();
            while (rows.Read())
            {
                var text = KeyText.Format(rows, [0], [key]);
                tenants.Add(new Tenant(
                    text, DeterministicId.Tenant(manifest.IdNamespace, text), TextOf(rows, 1),
                    TextOf(rows, 2) is { } zoneName ? IanaName(zoneName.Trim()) : null));
            }
            return tenants;
        }, cancellationToken);

    public Task<long> CountAsync(SourceSlice slice, CancellationToken cancellationToken) =>
        RunAsync(Place(slice), async connection =>
        {
            await using var command = WithTimeout(SourceSql.CountTenant(connection, slice));
            return Statement.Count(command, Place(slice), cancellationToken);
        }, cancellationToken);

    public Task<long> CountRangeAsync(SourceSlice slice, BatchRange range, CancellationToken cancellationToken) =>
        RunAsync(Place(slice), async connection =>
        {
            await using var command = WithTimeout(SourceSql.CountRange(connection, slice, range));
            return Statement.Count(command, Place(slice), cancellationToken);
        }, cancellationToken);

    public Task<bool> HasRowsAsync(SourceSlice slice, CancellationToken cancellationToken) =>
        RunAsync(Place(slice), async connection =>
        {
            await using var command = WithTimeout(SourceSql.AnyOfTenant(connection, slice));
            return Statement.Scalar(command, cancellationToken) is not null;
        }, cancellationToken);

    public Task<IReadOnlyList<TenantGroup>> FindEqualTenantsAsync(
        TenantKeys tenants, SourceColumn? column, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<TenantGroup>>(tenants.Table, async connection =>
        {
            await using var command = Command(connection, TableSql.TenantRanks(tenants, column));
            await using var rows = Statement.Read(command, cancellationToken);
            var keys = new List<(long Rank, bool IsComparable, string Key)>();
            while (rows.Read())
                keys.Add((rows.GetInt64(1), rows.GetInt32(2) == 1, KeyText.Format(rows, [0], [tenants.Column])));
            return [.. keys.GroupBy(k => k.Rank).Select(g => new TenantGroup([.. g.Select(k => k.Key)], g.First().IsComparable))
                .Where(g => g.Keys.Count > 1 || !g.IsComparable)];
        }, cancellationToken);

    public Task<SourceCensus> CountByTenantAsync(
        Manifest manifest, EntityManifest entity, CancellationToken cancellationToken) =>
        RunAsync(entity.Source.Table, async connection =>
        {
            var tenants = await TenantsAsync(manifest, cancellationToken);
            var table = await TableAsync(entity.Source.Table, cancellationToken);
            var mark = entity.SoftDelete is { } name ? SourceNames.Column(table, name) : null;
            await using var command = Command(
                connection, TableSql.Census(tenants, table, SourceNames.Column(table, entity.Source.Tenant), mark));
            await using var rows = Statement.Read(command, cancellationToken);
            return CensusReader.Read(rows, tenants.Column, mark is not null);
        }, cancellationToken);

    public Task<long> CountEqualKeysAsync(Manifest manifest, EntityManifest entity, CancellationToken cancellationToken) =>
        RunAsync(entity.Source.Table, async connection =>
        {
            var tenants = await TenantsAsync(manifest, cancellationToken);
            var table = await TableAsync(entity.Source.Table, cancellationToken);
            var key = entity.Source.Key.Select(k => SourceNames.Column(table, k)).ToList();
            if (key.All(k => KeyComparison.IsExact(k, k)))
                return 0;
            await using var command = Command(connection, TableSql.CountEqualKeys(
                tenants, SourceNames.Column(table, entity.Source.Tenant), table, key));
            return Statement.Count(command, entity.Source.Table, cancellationToken);
        }, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountOrphansAsync(
        Manifest manifest, EntityManifest entity, string reference, EntityManifest parent, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, long>>(entity.Source.Table, async connection =>
        {
            var tenants = await TenantsAsync(manifest, cancellationToken);
            var table = await TableAsync(entity.Source.Table, cancellationToken);
            var parents = await TableAsync(parent.Source.Table, cancellationToken);
            var column = SourceNames.Column(table, reference);
            await using var command = Command(connection, "");
            command.CommandText = TableSql.CountOrphans(
                tenants, table, SourceNames.Column(table, entity.Source.Tenant), column, Nothing(command, entity, parent, column), parents,
                SourceNames.Column(parents, parent.Source.Tenant), SourceNames.Column(parents, parent.Source.Key[0]));
            await using var rows = Statement.Read(command, cancellationToken);
            var counts = new Dictionary<string, long>(StringComparer.Ordinal);
            while (rows.Read())
                counts[KeyText.Format(rows, [0], [tenants.Column])] = rows.GetInt64(1);
            return counts;
        }, cancellationToken);

    public Task<IReadOnlyList<DescribedColumn>> DescribeAsync(string table, CancellationToken cancellationToken) =>
        RunAsync(table, async connection =>
        {
            await using var command = Command(connection, SourceSql.Describe(table));
            await using var rows = Statement.Read(command, cancellationToken);
            return TableDescription.Of(rows);
        }, cancellationToken);

    public Task<IReadOnlyList<BatchRange>> PlanAsync(
        SourceSlice slice, SlicePosition position, int batchSize, int count, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<BatchRange>>(Place(slice), async connection =>
        {
            var key = SourceSql.KeyColumns(slice);
            await using var command = WithTimeout(
                SourceSql.Boundaries(connection, slice, position.LastUpTo, batchSize, count));
            await using var rows = Statement.Read(command, cancellationToken);
            var batches = new List<BatchRange>();
            var (after, counted) = (position.LastUpTo, 0L);
            while (rows.Read())
            {
                var upTo = KeyBoundary.Write(rows, Enumerable.Range(0, key.Count).ToList(), key);
                var rowNumber = rows.GetInt64(key.Count);
                batches.Add(new BatchRange(position.LastNumber + batches.Count + 1, after, upTo, rowNumber - counted));
                (after, counted) = (upTo, rowNumber);
            }
            return batches;
        }, cancellationToken);

    public async Task<ISourceBatch> OpenAsync(
        SourceSlice slice, BatchRange range, IReadOnlyList<SelectedColumn> columns, SourceIsolation isolation,
        CancellationToken cancellationToken) =>
        await OpenAsync<SourceBatch>(
            slice, connection => SourceSql.SelectRange(connection, slice, range, columns),
            (connection, transaction, command, rows) => new(
                connection, transaction, command, rows, slice, range, commandTimeoutSeconds),
            isolation, cancellationToken);

    public async Task<ISourceRows> OpenKeysAsync(
        SourceSlice slice, IReadOnlyList<SelectedColumn> columns, IReadOnlyCollection<string> legacyKeys,
        CancellationToken cancellationToken) =>
        await OpenAsync<SourceRows>(
            slice, connection => SourceSql.SelectKeys(connection, slice, null, columns, legacyKeys),
            (connection, transaction, command, rows) => new(connection, transaction, command, rows, Place(slice)),
            SourceIsolation.ReadCommitted, cancellationToken);

    public Task<IReadOnlyList<string>> SampleKeysAsync(
        SourceSlice slice, long step, long offset, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<string>>(Place(slice), async connection =>
        {
            var key = SourceSql.KeyColumns(slice);
            await using var command = WithTimeout(SourceSql.SampleKeys(connection, slice, step, offset));
            await using var rows = Statement.Read(command, cancellationToken);
            var keys = new List<string>();
            while (rows.Read())
                keys.Add(KeyText.Format(rows, Enumerable.Range(0, key.Count).ToList(), key));
            return keys;
        }, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> ReadOriginalsAsync(
        SourceSlice slice, BatchRange range, IReadOnlySet<string> legacyKeys, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyDictionary<string, string>>(Place(slice), async connection =>
        {
            var columns = slice.Table.Columns;
            var key = SourceSql.KeyColumns(slice);
            var ordinals = key.Select(k => columns.ToList().IndexOf(k)).ToList();
            var originals = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var some in legacyKeys.Chunk(ISourceDatabase.MostKeyValues / key.Count))
            {
                await using var command = WithTimeout(SourceSql.SelectKeys(
                    connection, slice, range, [.. columns.Select(SelectedColumn.Of)], some));
                await using var rows = Statement.Read(command, cancellationToken);
                await TableDescription.PassAsync(rows, slice.Table, cancellationToken);
                while (rows.Read())
                {
                    // A case-insensitive collation finds more rows than were asked for.
                    var legacyKey = KeyText.Format(rows, ordinals, key);
                    if (legacyKeys.Contains(legacyKey))
                        originals[legacyKey] = OriginalRow.ToJson(rows, columns);
                }
            }
            return originals;
        }, cancellationToken);

    // Values that the manifest declares to refer to nothing, as parameters.
    static IReadOnlyList<string> Nothing(SqlCommand command, EntityManifest entity, EntityManifest parent, SourceColumn reference)
    {
        var declared = entity.Columns.FirstOrDefault(c => c.Reference == parent.Name && c.Source == reference.Name)
            ?? entity.Columns.FirstOrDefault(
                c => c.Reference == parent.Name && string.Equals(c.Source, reference.Name, StringComparison.OrdinalIgnoreCase));
        return
        [
            .. (declared?.NullIf ?? []).Select((text, i) => InvariantText.TryParse(reference, text, out var value)
                ? SourceSql.Bind(command, string.Create(CultureInfo.InvariantCulture, $"@nothing{i}"), reference, value) : null)
                .OfType<string>(),
        ];
    }

    async Task<SourceTable> TableAsync(string name, CancellationToken cancellationToken) =>
        await _catalog.FindTableAsync(name, cancellationToken)
        ?? throw new MigrationException(MissingTable.InSource(name));

    async Task<T> OpenAsync<T>(
        SourceSlice slice, Func<SqlConnection, SqlCommand> select,
        Func<SqlConnection, SqlTransaction?, SqlCommand, SqlDataReader, T> open, SourceIsolation isolation,
        CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(cancellationToken, isolation);
        SqlTransaction? transaction = null;
        try
        {
            if (isolation == SourceIsolation.Snapshot)
                transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.Snapshot, cancellationToken);
            var command = WithTimeout(select(connection));
            command.Transaction = transaction;
            var rows = Statement.Read(command, cancellationToken);
            await TableDescription.PassAsync(rows, slice.Table, cancellationToken);
            return open(connection, transaction, command, rows);
        }
        catch (Exception e)
        {
            if (transaction is not null)
                await transaction.DisposeAsync();
            await connection.DisposeAsync();
            if (SqlServerErrors.IsSourceFailure(e, cancellationToken))
                throw SqlServerErrors.OnCommand(e, Place(slice));
            throw;
        }
    }

    async Task<TenantKeys> TenantsAsync(Manifest manifest, CancellationToken cancellationToken) =>
        TenantKeys.Of(manifest.Tenants, await TableAsync(manifest.Tenants.Table, cancellationToken));

    async Task<T> RunAsync<T>(string place, Func<SqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        try
        {
            return await work(connection);
        }
        catch (Exception e) when (SqlServerErrors.IsSourceFailure(e, cancellationToken))
        {
            throw SqlServerErrors.OnCommand(e, place);
        }
    }

    SqlCommand Command(SqlConnection connection, string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        return WithTimeout(command);
    }

    SqlCommand WithTimeout(SqlCommand command)
    {
        command.CommandTimeout = commandTimeoutSeconds;
        return command;
    }

    static string TextOrNull(string? column) => column is null ? "CAST(NULL AS nvarchar(1))" : SourceSql.Quote(column);

    // A name may be of any type that has a text; what a time zone may be is checked where it is used.
    static string? TextOf(SqlDataReader rows, int ordinal) =>
        rows.IsDBNull(ordinal) ? null : Convert.ToString(rows.GetValue(ordinal), CultureInfo.InvariantCulture);

    static string IanaName(string zone) => TimeZoneInfo.TryConvertWindowsIdToIanaId(zone, out var iana) ? iana : zone;

    static string Place(SourceSlice slice) => $"{slice.Table.Name} tenant {slice.TenantKey}";
}
