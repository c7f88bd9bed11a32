using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>What a window function gives each row.</summary>
enum WindowKind
{
    /// <summary>Its place among the rows of its partition.</summary>
    RowNumber,

    /// <summary>The place of the first of the rows that are equal to it.</summary>
    Rank,

    /// <summary>The number of different rows up to it.</summary>
    DenseRank,

    /// <summary>A value of the next row.</summary>
    Lead,

    /// <summary>An aggregate over the partition.</summary>
    Aggregate,
}

/// <summary>A bound window function.</summary>
sealed record WindowFunction(WindowKind Kind, SqlExpression[] Partition, SortKey[] Order, SqlType Type)
{
    /// <summary>Of an aggregate.</summary>
    public Func<Accumulator>? Create { get; init; }

    /// <summary>Of COUNT(*).</summary>
    public bool CountsAll { get; init; }

    /// <summary>Of LEAD: what is taken of the next row.</summary>
    public SqlExpression? Next { get; init; }

    public Coercibility Coercibility { get; init; }
}

/// <summary>The rows of one partition of a window function.</summary>
sealed class WindowPartition(WindowFunction function)
{
    readonly Accumulator? _accumulator = function.Create?.Invoke();
    readonly List<(SqlValue[] Results, SqlValue[] Keys)> _rows = [];

    /// <summary>Takes the current row; of LEAD, its result holds for now what the row before it gets.</summary>
    public void Add(SqlValue[] results)
    {
        _rows.Add((results, [.. function.Order.Select(o => o.Expression.Evaluate())]));
        _accumulator?.Add();
    }

    /// <summary>Puts each row's result into its slot.</summary>
    public void Finish(int slot)
    {
        var comparer = SortKey.Comparer(function.Order);
        var ordered = _accumulator is null ? _rows.OrderBy(r => r.Keys, comparer).ToList() : _rows;
        var (first, different) = (0, 0);
        for (var i = 0; i < ordered.Count; i++)
        {
            if (i == 0 || (function.Order.Length > 0 && comparer.Compare(ordered[i - 1].Keys, ordered[i].Keys) != 0))
                (first, different) = (i, different + 1);
            ordered[i].Results[slot] = function.Kind switch
            {
                WindowKind.RowNumber => SqlValue.From(i + 1L),
                WindowKind.Rank => SqlValue.From(first + 1L),
                WindowKind.DenseRank => SqlValue.From((long)different),
                WindowKind.Lead => i + 1 < ordered.Count ? ordered[i + 1].Results[slot] : default,
                _ => _accumulator!.Result,
            };
        }
    }
}
