using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>The rows of the catalogue views, in the column order that <see cref="Catalogue"/> declares.</summary>
static class CatalogueRows
{
    const int RowsPerPage = 100;

    public static IEnumerable<object?[]> Of(string view, ServerFacts server, LegacyDatabase database) =>
        view.ToUpperInvariant() switch
        {
            "SYS.DATABASES" => [Database(server.Database)],
            "SYS.SCHEMAS" => Catalogue.Schemas(database).Select((s, i) => new object?[] { s, i + 1, 1 }),
            "SYS.TABLES" => database.Tables.Select(t => Object(t, database)),
            "SYS.VIEWS" => database.Views.Select(v => Object(v, database)),
            "SYS.OBJECTS" => database.Objects.Select(o => Object(o, database)),
            "SYS.COLUMNS" => database.Objects.SelectMany(o => o.Columns.Select(c => Column(o, c))),
            "SYS.TYPES" => Enum.GetValues<SqlKind>().Select(Type),
            "SYS.INDEXES" => Each(database, IndexesOf, Index),
            "SYS.INDEX_COLUMNS" => database.Tables.SelectMany(IndexColumns),
            "SYS.FOREIGN_KEYS" => Each(database, t => t.ForeignKeys, (t, k, i) => ForeignKey(t, k, i, database)),
            "SYS.FOREIGN_KEY_COLUMNS" => database.Tables.SelectMany(t => ForeignKeyColumns(t, database)),
            "SYS.PARTITIONS" => Each(database, IndexesOf, (t, x, i) =>
                [Partition(t, i), t.ObjectId, IndexId(t, i), 1, t.Current.Count]),
            "SYS.DM_DB_PARTITION_STATS" => Each(database, IndexesOf, (t, x, i) =>
                [Partition(t, i), t.ObjectId, IndexId(t, i), 1, t.Current.Count, Pages(t), Pages(t)]),
            "INFORMATION_SCHEMA.TABLES" => database.Objects.Select(o =>
                new object?[] { database.Name, o.Schema, o.Name, o is LegacyView ? "VIEW" : "BASE TABLE" }),
            _ => database.Objects.SelectMany(o => o.Columns.Select(c => InformationColumn(database, o, c))),
        };

    static IEnumerable<object?[]> Each<T>(
        LegacyDatabase database, Func<LegacyTable, IEnumerable<T>> parts, Func<LegacyTable, T, int, object?[]> row) =>
        database.Tables.SelectMany(t => parts(t).Select((part, i) => row(t, part, i)));

    static object?[] Database(LegacyDatabase d) =>
    [
        d.Name, 5, d.CompatibilityLevel, d.Collation.Name, 0, "ONLINE", false,
        d.SnapshotIsolation ? 1 : 0, d.SnapshotIsolation ? "ON" : "OFF", d.ReadCommittedSnapshot, "SIMPLE", false,
    ];

    static object?[] Object(ICatalogued o, LegacyDatabase database)
    {
        var schema = Catalogue.Schemas(database).FindIndex(s => database.Names.Equals(s, o.Schema)) + 1;
        var created = new DateTime(2009, 8, 3);
        var (type, words) = o is LegacyView ? ("V ", "VIEW") : ("U ", "USER_TABLE");
        return [o.Name, o.ObjectId, schema, type, words, created, created, false, 0];
    }

    static object?[] Column(ICatalogued o, LegacyColumn c) =>
    [
        o.ObjectId, c.Name, c.Id, Catalogue.TypeId(c.Type.Kind), Catalogue.TypeId(c.Type.Kind), c.Type.CatalogueLength,
        Precision(c.Type), c.Type.Scale, CollationOf(c.Type), c.Nullable, c.Identity, false, c.Masked, null, 0,
    ];

    static object?[] Type(SqlKind kind)
    {
        var id = Catalogue.TypeId(kind);
        return [new SqlType(kind).Name, id, id, 4, 0, false];
    }

    /// <summary>Index 0 is the heap of a table without a clustered index.</summary>
    static IEnumerable<LegacyIndex?> IndexesOf(LegacyTable t) => t.Indexes.Any(x => x.Clustered)
        ? t.Indexes.OrderByDescending(x => x.Clustered)
        : t.Indexes.Prepend(null);

    static int IndexId(LegacyTable t, int position) => t.Indexes.Any(x => x.Clustered) || position == 0
        ? position + (t.Indexes.Any(x => x.Clustered) ? 1 : 0)
        : position + 1;

    static object?[] Index(LegacyTable t, LegacyIndex? x, int i) =>
    [
        t.ObjectId, x?.Name, IndexId(t, i), x is null ? 0 : x.Clustered ? 1 : 2,
        x is null ? "HEAP" : x.Clustered ? "CLUSTERED" : "NONCLUSTERED", x?.Unique ?? false, x?.PrimaryKey ?? false,
        false, false, false, null, false,
    ];

    static IEnumerable<object?[]> IndexColumns(LegacyTable t) => IndexesOf(t).SelectMany((x, i) =>
        (x?.Columns ?? []).Select((c, k) => new object?[]
        {
            t.ObjectId, IndexId(t, i), k + 1, ColumnId(t, c), k + 1, false, false,
        }));

    static int ColumnId(LegacyTable t, string column)
    {
        var definition = t.Definition;
        return definition.Columns[definition.Ordinal(column)].Id;
    }

    static int KeyId(LegacyTable t, int position) => t.ObjectId + 500 + position;

    static object?[] ForeignKey(LegacyTable t, LegacyForeignKey k, int i, LegacyDatabase database) =>
        [k.Name, KeyId(t, i), t.ObjectId, database.Table(k.ReferencedTable).ObjectId, 1, false, !k.Trusted, 0];

    static IEnumerable<object?[]> ForeignKeyColumns(LegacyTable t, LegacyDatabase database) =>
        t.ForeignKeys.SelectMany((k, i) => k.Columns.Select((c, n) =>
        {
            var referenced = database.Table(k.ReferencedTable);
            return new object?[]
            {
                KeyId(t, i), n + 1, t.ObjectId, ColumnId(t, c), referenced.ObjectId,
                ColumnId(referenced, k.ReferencedColumns[n]),
            };
        }));

    static long Partition(LegacyTable t, int i) => 72_057_594_000_000_000 + t.ObjectId * 1000L + i;

    static long Pages(LegacyTable t) => 1 + t.Current.Count / RowsPerPage;

    static object?[] InformationColumn(LegacyDatabase database, ICatalogued o, LegacyColumn c) =>
    [
        database.Name, o.Schema, o.Name, c.Name, c.Id, null, c.Nullable ? "YES" : "NO", c.Type.Name,
        c.Type.IsText || c.Type.IsBinary ? c.Type.Length : null, c.Type.IsNumeric ? c.Type.Precision : null,
        c.Type.IsNumeric && !c.Type.IsFloating ? c.Type.Scale : null,
        c.Type.IsDateOrTime ? c.Type.Kind == SqlKind.DateTime ? 3 : c.Type.Scale : null, CollationOf(c.Type),
    ];

    static int Precision(SqlType type) => type.Kind switch
    {
        SqlKind.Time => 8 + (type.Scale == 0 ? 0 : type.Scale + 1),
        SqlKind.DateTime2 => 19 + (type.Scale == 0 ? 0 : type.Scale + 1),
        SqlKind.DateTimeOffset => 26 + (type.Scale == 0 ? 0 : type.Scale + 1),
        _ => type.Precision,
    };

    static string? CollationOf(SqlType type) => type is { IsText: true, Kind: not SqlKind.Xml } ? type.Collation?.Name : null;
}
