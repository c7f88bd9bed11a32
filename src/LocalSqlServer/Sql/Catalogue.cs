using System.Globalization;
using System.Runtime.CompilerServices;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>
/// The catalogue views of a database as tables that queries can read. They are made from the tables' own descriptions when
/// a statement names them, so row counts are those of that moment.
/// </summary>
static class Catalogue
{
    // The server's own words have this collation in every database; names have that of the database.
    static readonly Collation Words = Collation.Get("Latin1_General_CI_AS_KS_WS");
    static readonly SqlType Code = SqlType.NVarChar(60, Words);
    static readonly ConditionalWeakTable<LegacyDatabase, LegacyDatabase> Views = [];

    public static LegacyTable? Find(ServerFacts server, LegacyDatabase database, string? schema, string name)
    {
        if (schema is null)
            return null;
        var view = Views.GetValue(database, Describe).Find(schema, name) as LegacyTable;
        view?.Rows(new MemoryRows([.. CatalogueRows.Of(view.Schema + "." + view.Name, server, database)
            .Select(row => row.Select((value, i) => ClrValues.ToSql(value, view.Columns[i].Type)).ToArray())]));
        return view;
    }

    public static long? ObjectId(LegacyDatabase database, string name)
    {
        var plain = name.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        var parts = plain.Split('.');
        if (parts.Length > 3 || (parts.Length == 3 && !parts[0].Equals(database.Name, StringComparison.OrdinalIgnoreCase)))
            return null;
        return database.Find(parts.Length == 1 ? null : parts[^2], parts[^1])?.ObjectId;
    }

    public static ICatalogued? ObjectOf(LegacyDatabase database, string? objectId) =>
        database.Objects.FirstOrDefault(t => t.ObjectId.ToString(CultureInfo.InvariantCulture) == objectId);

    public static List<string> Schemas(LegacyDatabase database) =>
        [.. database.Objects.Select(t => t.Schema).Prepend("dbo").Distinct(database.Names)];

    public static string? SchemaName(LegacyDatabase database, string? id) =>
        int.TryParse(id, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= Schemas(database).Count
            ? Schemas(database)[number - 1]
            : null;

    public static string? TypeName(string? id) => Enum.GetValues<SqlKind>()
        .Where(k => TypeId(k).ToString(CultureInfo.InvariantCulture) == id)
        .Select(k => new SqlType(k).Name).FirstOrDefault();

    /// <summary>system_type_id of sys.types.</summary>
    public static int TypeId(SqlKind kind) => kind switch
    {
        SqlKind.Image => 34,
        SqlKind.Text => 35,
        SqlKind.UniqueIdentifier => 36,
        SqlKind.Date => 40,
        SqlKind.Time => 41,
        SqlKind.DateTime2 => 42,
        SqlKind.DateTimeOffset => 43,
        SqlKind.TinyInt => 48,
        SqlKind.SmallInt => 52,
        SqlKind.Int => 56,
        SqlKind.SmallDateTime => 58,
        SqlKind.Real => 59,
        SqlKind.Money => 60,
        SqlKind.DateTime => 61,
        SqlKind.Float => 62,
        SqlKind.NText => 99,
        SqlKind.Bit => 104,
        SqlKind.Decimal => 106,
        SqlKind.SmallMoney => 122,
        SqlKind.BigInt => 127,
        SqlKind.VarBinary => 165,
        SqlKind.VarChar => 167,
        SqlKind.Binary => 173,
        SqlKind.Char => 175,
        SqlKind.RowVersion => 189,
        SqlKind.NVarChar => 231,
        SqlKind.NChar => 239,
        _ => 241,
    };

    static LegacyDatabase Describe(LegacyDatabase database)
    {
        var views = new LegacyDatabase(database.Name, database.Collation);
        var (name, serverName) = (SqlType.NVarChar(128, database.Collation), SqlType.NVarChar(128));
        Add(views, "sys.databases", ("name", serverName), ("database_id", SqlType.Int), ("compatibility_level", SqlType.TinyInt),
            ("collation_name", serverName), ("state", SqlType.TinyInt), ("state_desc", Code), ("is_read_only", SqlType.Bit),
            ("snapshot_isolation_state", SqlType.TinyInt), ("snapshot_isolation_state_desc", Code),
            ("is_read_committed_snapshot_on", SqlType.Bit), ("recovery_model_desc", Code), ("is_cdc_enabled", SqlType.Bit));
        Add(views, "sys.schemas", ("name", name), ("schema_id", SqlType.Int), ("principal_id", SqlType.Int));
        foreach (var view in (string[])["sys.tables", "sys.views", "sys.objects"])
        {
            Add(views, view, ("name", name), ("object_id", SqlType.Int), ("schema_id", SqlType.Int),
                ("type", SqlType.Char(2, Words)), ("type_desc", Code), ("create_date", SqlType.DateTime),
                ("modify_date", SqlType.DateTime), ("is_ms_shipped", SqlType.Bit), ("temporal_type", SqlType.TinyInt));
        }
        Add(views, "sys.columns", ("object_id", SqlType.Int), ("name", name), ("column_id", SqlType.Int),
            ("system_type_id", SqlType.TinyInt), ("user_type_id", SqlType.Int), ("max_length", SqlType.SmallInt),
            ("precision", SqlType.TinyInt), ("scale", SqlType.TinyInt), ("collation_name", name),
            ("is_nullable", SqlType.Bit), ("is_identity", SqlType.Bit), ("is_computed", SqlType.Bit),
            ("is_masked", SqlType.Bit), ("encryption_type", SqlType.Int), ("default_object_id", SqlType.Int));
        Add(views, "sys.types", ("name", name), ("system_type_id", SqlType.TinyInt), ("user_type_id", SqlType.Int),
            ("schema_id", SqlType.Int), ("max_length", SqlType.SmallInt), ("is_user_defined", SqlType.Bit));
        Add(views, "sys.indexes", ("object_id", SqlType.Int), ("name", name), ("index_id", SqlType.Int),
            ("type", SqlType.TinyInt), ("type_desc", Code), ("is_unique", SqlType.Bit), ("is_primary_key", SqlType.Bit),
            ("is_unique_constraint", SqlType.Bit), ("is_disabled", SqlType.Bit), ("has_filter", SqlType.Bit),
            ("filter_definition", SqlType.NVarChar(SqlType.Max)), ("is_hypothetical", SqlType.Bit));
        Add(views, "sys.index_columns", ("object_id", SqlType.Int), ("index_id", SqlType.Int),
            ("index_column_id", SqlType.Int), ("column_id", SqlType.Int), ("key_ordinal", SqlType.TinyInt),
            ("is_descending_key", SqlType.Bit), ("is_included_column", SqlType.Bit));
        Add(views, "sys.foreign_keys", ("name", name), ("object_id", SqlType.Int), ("parent_object_id", SqlType.Int),
            ("referenced_object_id", SqlType.Int), ("schema_id", SqlType.Int), ("is_disabled", SqlType.Bit),
            ("is_not_trusted", SqlType.Bit), ("delete_referential_action", SqlType.TinyInt));
        Add(views, "sys.foreign_key_columns", ("constraint_object_id", SqlType.Int), ("constraint_column_id", SqlType.Int),
            ("parent_object_id", SqlType.Int), ("parent_column_id", SqlType.Int), ("referenced_object_id", SqlType.Int),
            ("referenced_column_id", SqlType.Int));
        Add(views, "sys.partitions", ("partition_id", SqlType.BigInt), ("object_id", SqlType.Int),
            ("index_id", SqlType.Int), ("partition_number", SqlType.Int), ("rows", SqlType.BigInt));
        Add(views, "sys.dm_db_partition_stats", ("partition_id", SqlType.BigInt), ("object_id", SqlType.Int),
            ("index_id", SqlType.Int), ("partition_number", SqlType.Int), ("row_count", SqlType.BigInt),
            ("used_page_count", SqlType.BigInt), ("reserved_page_count", SqlType.BigInt));
        Add(views, "INFORMATION_SCHEMA.TABLES", ("TABLE_CATALOG", name), ("TABLE_SCHEMA", name), ("TABLE_NAME", name),
            ("TABLE_TYPE", SqlType.VarChar(10)));
        Add(views, "INFORMATION_SCHEMA.COLUMNS", ("TABLE_CATALOG", name), ("TABLE_SCHEMA", name), ("TABLE_NAME", name),
            ("COLUMN_NAME", name), ("ORDINAL_POSITION", SqlType.Int), ("COLUMN_DEFAULT", SqlType.NVarChar(4000)),
            ("IS_NULLABLE", SqlType.VarChar(3)), ("DATA_TYPE", name), ("CHARACTER_MAXIMUM_LENGTH", SqlType.Int),
            ("NUMERIC_PRECISION", SqlType.TinyInt), ("NUMERIC_SCALE", SqlType.Int), ("DATETIME_PRECISION", SqlType.SmallInt),
            ("COLLATION_NAME", name));
        return views;
    }

    static void Add(LegacyDatabase views, string name, params (string Name, SqlType Type)[] columns)
    {
        var parts = name.Split('.');
        var view = views.AddTable(parts[0], parts[1]);
        foreach (var (column, type) in columns)
            view.Column(column, type, nullable: true);
    }
}
