using LocalSqlServer.Protocol;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>A bound query that gives rows. A row that it hands out is valid until the next one is asked for.</summary>
abstract class RowQuery
{
    public abstract IReadOnlyList<ResultColumn> Columns { get; }

    /// <summary>Where the collation of an output column comes from.</summary>
    public virtual Coercibility CoercibilityOf(int column) => new(CollationLabel.Implicit);

    /// <summary>Positions of the output columns by which the rows are known to come in ascending order.</summary>
    public virtual IReadOnlyList<int> Order => [];

    public abstract IEnumerable<SqlValue[]> Rows();

    public virtual long Count() => Rows().LongCount();
}
