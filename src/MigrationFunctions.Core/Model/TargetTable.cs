namespace MigrationFunctions.Core.Model;

/// <summary>A target table as PostgreSQL's catalogue describes it.</summary>
/// <param name="Name"><c>schema.table</c>, unquoted.</param>
/// <param name="HasRowSecurity">Row-level security is on and forced for the table's owner too.</param>
public sealed record TargetTable(
    string Name,
    IReadOnlyList<TargetColumn> Columns,
    IReadOnlyList<string> PrimaryKey,
    IReadOnlyList<TargetForeignKey> ForeignKeys,
    bool HasRowSecurity,
    bool ForcesRowSecurity)
{
    /// <summary>The column of exactly that name, or null.</summary>
    public TargetColumn? Find(string column) =>
        Columns.FirstOrDefault(c => string.Equals(c.Name, column, StringComparison.Ordinal));
}

/// <summary>A column of a target table.</summary>
/// <param name="Type">Name of the base type in <c>pg_type</c> (domains resolved): <c>int4</c>, <c>varchar</c>, <c>timestamptz</c>.</param>
/// <param name="Length">Characters of <c>varchar(n)</c> and <c>bpchar(n)</c>, 0 when unlimited or not text.</param>
/// <param name="Precision">Digits of <c>numeric(p,s)</c>, 0 when unconstrained.</param>
/// <param name="Scale">Digits after the point of <c>numeric(p,s)</c>; fractional digits of a second of
/// <c>timestamp(s)</c>, -1 when unconstrained.</param>
/// <param name="IsGenerated">Generated always (stored or identity): it cannot be written.</param>
public sealed record TargetColumn(
    string Name, string Type, int Length, int Precision, int Scale, bool IsNotNull, bool HasDefault, bool IsGenerated);

/// <summary>A foreign key of a target table.</summary>
public sealed record TargetForeignKey(
    string Name, IReadOnlyList<string> Columns, string ReferencedTable, IReadOnlyList<string> ReferencedColumns, bool IsDeferrable);
