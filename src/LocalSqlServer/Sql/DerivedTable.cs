using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>A query in FROM: derived table, common table expression, or VALUES.</summary>
sealed class DerivedTable : Relation
{
    readonly RowQuery _query;
    readonly Frame _frame;
    readonly int _first;
    List<SqlValue[]>? _kept;
    bool _repeated;

    public DerivedTable(RowQuery query, Frame frame, IReadOnlyList<string>? columnNames)
    {
        (_query, _frame) = (query, frame);
        if (columnNames is { Count: > 0 } && columnNames.Count != query.Columns.Count)
        {
            throw new SqlServerException(8158, 16, 1,
                "The derived table has more or fewer columns than were specified in the column list.");
        }
        _first = frame.Reserve(query.Columns.Count);
        Columns = [.. query.Columns.Select((c, i) => new ScopeColumn(
            frame, _first + i, columnNames is { Count: > 0 } ? columnNames[i] : c.Name, c.Type, c.Nullable, this)
        {
            Coercibility = query.CoercibilityOf(i).OfColumn,
        })];
    }

    public override IReadOnlyList<ScopeColumn> Order => [.. _query.Order.Select(i => Columns[i])];

    public override IEnumerable<Predicate> Accept(IEnumerable<Predicate> conjuncts, bool repeated)
    {
        _repeated = repeated;
        return conjuncts;
    }

    public override long Count() => _query.Count();

    public override IEnumerable<bool> Run()
    {
        IEnumerable<SqlValue[]> rows = _kept ?? _query.Rows();
        if (_repeated && _kept is null)
            rows = _kept = [.. rows.Select(row => row.ToArray())];
        foreach (var row in rows)
        {
            row.CopyTo(_frame.Row.AsSpan(_first));
            yield return true;
        }
    }
}
