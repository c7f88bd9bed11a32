using System.Globalization;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Tests;

/// <summary>What SQL Server's catalogue would show after a script, read from the parsed script and from SQL Server's
/// documentation of its types; nothing of the stand-in goes into it.</summary>
sealed class ScriptCatalogue
{
    public List<string> Columns { get; } = [];

    public List<string> Indexes { get; } = [];

    public List<string> ForeignKeys { get; } = [];

    public List<string> Views { get; } = [];

    /// <summary>Parses a batch with the grammar of SQL Server 2012; fails with the first error.</summary>
    public static TSqlStatement Parse(string batch)
    {
        var script = (TSqlScript)new TSql110Parser(initialQuotedIdentifiers: true).Parse(new StringReader(batch), out var errors);
        Assert.True(errors.Count == 0, errors.Count == 0 ? "" : $"{errors[0].Message}\n{batch}");
        return Assert.Single(Assert.Single(script.Batches).Statements);
    }

    public void Read(string batch)
    {
        switch (Parse(batch))
        {
            case CreateTableStatement table:
                foreach (var column in table.Definition.ColumnDefinitions)
                    Columns.Add($"{Name(table.SchemaObjectName)}.{Column(column)}");
                break;
            case CreateIndexStatement index:
                AddIndex(index.OnName, index.Name, index.Clustered == true, index.Unique, isPrimary: false, index.Columns);
                break;
            case AlterTableAddTableElementStatement
            {
                Definition.TableConstraints: [UniqueConstraintDefinition { IsPrimaryKey: true } key],
            } add:
                AddIndex(
                    add.SchemaObjectName, key.ConstraintIdentifier, key.Clustered == true, isUnique: true, isPrimary: true, key.Columns);
                break;
            case AlterTableAddTableElementStatement { Definition.TableConstraints: [ForeignKeyConstraintDefinition key] } add:
                AddForeignKey(add, key);
                break;
            case CreateViewStatement view:
                Views.Add(view.SchemaObjectName.BaseIdentifier.Value);
                break;
            case CreateSchemaStatement:
                break;
            case var other:
                Assert.Fail($"Not expected: {other.GetType().Name}");
                break;
        }
    }

    void AddIndex(
        SchemaObjectName table, Identifier name, bool isClustered, bool isUnique, bool isPrimary,
        IList<ColumnWithSortOrder> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            Assert.NotEqual(SortOrder.Descending, columns[i].SortOrder);
            Indexes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Name(table)}.{name.Value} {(isClustered ? "CLUSTERED" : "NONCLUSTERED")} unique{Bit(isUnique)} primary{Bit(isPrimary)} "
                + $"{i + 1} {columns[i].Column.MultiPartIdentifier.Identifiers[^1].Value}"));
        }
    }

    void AddForeignKey(AlterTableAddTableElementStatement add, ForeignKeyConstraintDefinition key)
    {
        Assert.NotEqual(ConstraintEnforcement.NotSpecified, add.ExistingRowsCheckEnforcement);
        ForeignKeys.Add(
            $"{key.ConstraintIdentifier.Value} {add.SchemaObjectName.BaseIdentifier.Value}.{key.Columns.Single().Value} "
            + $"{key.ReferenceTableName.BaseIdentifier.Value}.{key.ReferencedTableColumns.Single().Value} "
            + $"untrusted{Bit(add.ExistingRowsCheckEnforcement == ConstraintEnforcement.NoCheck)}");
    }

    static string Column(ColumnDefinition column)
    {
        var nullable = Assert.Single(column.Constraints.OfType<NullableConstraintDefinition>());
        var type = column.DataType switch
        {
            SqlDataTypeReference sql => Type(sql),
            XmlDataTypeReference => "xml -1 0,0",
            _ => throw new InvalidOperationException($"Not a system type: {column.ColumnIdentifier.Value}"),
        };
        return $"{column.ColumnIdentifier.Value} {type} {column.Collation?.Value ?? "-"} null{Bit(nullable.Nullable)} "
            + $"identity{Bit(column.IdentityOptions is not null)}";
    }

    /// <summary>Name, max_length, precision and scale of sys.columns.</summary>
    static string Type(SqlDataTypeReference type)
    {
        var name = type.Name.BaseIdentifier.Value.ToLowerInvariant();
        var numbers = type.Parameters.Where(p => p is not MaxLiteral)
            .Select(p => int.Parse(p.Value, CultureInfo.InvariantCulture)).ToList();
        var first = type.Parameters is [MaxLiteral] ? -1 : numbers.Count > 0 ? numbers[0] : 0;
        var (length, precision, scale) = name switch
        {
            "tinyint" => (1, 3, 0),
            "smallint" => (2, 5, 0),
            "int" => (4, 10, 0),
            "bigint" => (8, 19, 0),
            "bit" => (1, 1, 0),
            "decimal" => (first <= 9 ? 5 : first <= 19 ? 9 : first <= 28 ? 13 : 17, first, numbers[1]),
            "money" => (8, 19, 4),
            "smallmoney" => (4, 10, 4),
            "float" => (8, 53, 0),
            "real" => (4, 24, 0),
            "date" => (3, 10, 0),
            "datetime" => (8, 23, 3),
            "smalldatetime" => (4, 16, 0),
            "time" => (first <= 2 ? 3 : first <= 4 ? 4 : 5, first == 0 ? 8 : 9 + first, first),
            "datetime2" => (first <= 2 ? 6 : first <= 4 ? 7 : 8, first == 0 ? 19 : 20 + first, first),
            "datetimeoffset" => (first <= 2 ? 8 : first <= 4 ? 9 : 10, first == 0 ? 26 : 27 + first, first),
            "char" or "varchar" or "binary" or "varbinary" => (first, 0, 0),
            "nchar" or "nvarchar" => (first < 0 ? -1 : 2 * first, 0, 0),
            "text" or "ntext" or "image" or "uniqueidentifier" => (16, 0, 0),
            "rowversion" => (8, 0, 0),
            _ => throw new InvalidOperationException($"No facts on {name}."),
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"{(name == "rowversion" ? "timestamp" : name)} {length} {precision},{scale}");
    }

    static string Name(SchemaObjectName name) => $"{name.SchemaIdentifier.Value}.{name.BaseIdentifier.Value}";

    static int Bit(bool value) => value ? 1 : 0;
}
