using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>
/// Reads a table: the ranges that its conditions leave of the clustered index or of another one, else all rows.
/// </summary>
sealed class TableScan : Relation
{
    const int RowsBetweenCancellationChecks = 1024;

    readonly TableDefinition _table;
    readonly IRowSource _rows;
    readonly RowMeter _scanned;
    readonly Frame _frame;
    readonly int _first;
    readonly CancellationToken _ct;
    readonly int[] _clustered;
    readonly List<SeekCondition> _equal = [];
    SeekCondition? _low;
    SeekCondition? _high;
    KeyOrder? _order;
    int[] _key;

    /// <param name="shown">The columns that names can reach, by position: of a view, perhaps not all and under other
    /// names.</param>
    public TableScan(TableVersion version, IReadOnlyList<LegacyColumn> shown, Frame frame, CancellationToken ct)
    {
        (_table, _rows, _scanned, _frame, _ct) = (version.Definition, version.Rows, version.Scanned, frame, ct);
        _first = frame.Reserve(_table.Columns.Count);
        _key = _clustered = _table.ClusteredKey;
        Columns = [.. shown.Select((c, i) =>
            new ScopeColumn(frame, _first + i, c.Name, c.Type, c.Nullable, this) { Identity = c.Identity })];
    }

    public override IReadOnlyList<ScopeColumn> Order =>
        [.. _key.TakeWhile(i => i < Columns.Count).Select(i => Columns[i])];

    public override IReadOnlyCollection<ScopeColumn> Fixed =>
        [.. _equal.Where(e => e.Values.Count == 1).Select(e => e.Column)];

    public override IEnumerable<Predicate> Accept(IEnumerable<Predicate> conjuncts, bool repeated)
    {
        var all = conjuncts.ToList();
        // A join's condition and the WHERE arrive apart; the index that the first chose stays, the rest is filtered.
        if (_equal.Count > 0 || _low is not null || _high is not null)
            return all;
        var seeks = all.Select(p => SeekCondition.From(p, this)).OfType<SeekCondition>().ToList();
        Choose(seeks, repeated);
        var used = new HashSet<Predicate>(
            _equal.Append(_low).Append(_high).OfType<SeekCondition>().Where(s => s.Exact).Select(s => s.Origin));
        return all.Where(p => !used.Contains(p));
    }

    public override IEnumerable<bool> Run()
    {
        var columns = _table.Columns.Count;
        var mask = 0UL;
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Used)
                mask |= 1UL << Math.Min(i, 63);
        }
        var order = PrepareOrder();
        var row = _frame.Row;
        var step = 0;
        try
        {
            foreach (var (from, to) in Ranges(order))
            {
                for (var position = from; position < to; position++)
                {
                    if (++step % RowsBetweenCancellationChecks == 0)
                        _ct.ThrowIfCancellationRequested();
                    _rows.Read(order.OrdinalAt(position), mask, row.AsSpan(_first, columns));
                    yield return true;
                }
            }
        }
        finally
        {
            _scanned.Add(step);
        }
    }

    public override long Count() => Ranges(PrepareOrder()).Sum(range => range.To - range.From);

    KeyOrder PrepareOrder() => _order ??= ReferenceEquals(_key, _clustered)
        ? KeyOrder.Clustered(_rows, _table.Columns.Count)
        : KeyOrder.By(_rows, _table.Columns, _key);

    void Choose(List<SeekCondition> seeks, bool repeated)
    {
        _key = BestKey(seeks, repeated);
        foreach (var column in _key)
        {
            if (seeks.Find(s => IsOn(s, column) && s.Comparison == Comparison.Equal) is { } equal)
            {
                _equal.Add(equal);
                if (equal.Values.Count > 1)
                    break;
                continue;
            }
            _low = Bound(seeks, column, Comparison.Greater, Comparison.GreaterOrEqual);
            _high = Bound(seeks, column, Comparison.Less, Comparison.LessOrEqual);
            break;
        }
    }

    /// <summary>
    /// The index with the longest run of columns that must equal something. A scan that is repeated for the rows of another
    /// source sorts the table by all of these columns, unless an index finds a single row already.
    /// </summary>
    int[] BestKey(List<SeekCondition> seeks, bool repeated)
    {
        int[] equal =
        [
            .. seeks.Where(s => s.Comparison == Comparison.Equal).OrderBy(s => s.Values.Count > 1)
                .Select(s => s.Column.Slot - _first).Distinct(),
        ];
        var (key, best) = (_clustered, EqualPrefix(_clustered, seeks));
        if (best == equal.Length)
            return key;
        foreach (var index in _table.Indexes)
        {
            int[] columns = index.Clustered ? _clustered : [.. index.Columns.Select(_table.Ordinal)];
            var prefix = EqualPrefix(columns, seeks);
            if (index.Unique && prefix == columns.Length)
                return columns;
            if (prefix > best)
                (key, best) = (columns, prefix);
        }
        return repeated && equal.Length > best && (best > 0 || !seeks.Exists(IsFirstKey)) ? equal : key;
    }

    bool IsFirstKey(SeekCondition seek) => _clustered is [var first, ..] && IsOn(seek, first);

    bool IsOn(SeekCondition seek, int column) => seek.Column.Slot - _first == column;

    SeekCondition? Bound(List<SeekCondition> seeks, int column, Comparison strict, Comparison loose) =>
        seeks.Find(s => IsOn(s, column) && s.Exact && (s.Comparison == strict || s.Comparison == loose))
        ?? seeks.Find(s => IsOn(s, column) && (s.Comparison == strict || s.Comparison == loose));

    int EqualPrefix(int[] key, List<SeekCondition> seeks) => key
        .TakeWhile(column => seeks.Exists(s => IsOn(s, column) && s.Comparison == Comparison.Equal)).Count();

    IEnumerable<(long From, long To)> Ranges(KeyOrder order)
    {
        var ranges = new List<(long From, long To)> { (0, _rows.Count) };
        foreach (var equal in _equal)
            ranges = [.. ranges.SelectMany(range => EqualRanges(order, range, equal))];
        return _low is null && _high is null ? ranges : ranges.Select(range => Narrow(order, range)).Where(r => r.To > r.From);
    }

    IEnumerable<(long From, long To)> EqualRanges(KeyOrder order, (long From, long To) range, SeekCondition equal)
    {
        var comparer = ValueComparer.For(equal.Type);
        var convert = Converter(equal);
        var column = equal.Column.Slot - _first;
        IEnumerable<SqlValue> values = equal.Values.Count == 1
            ? [equal.Values[0].Evaluate()]
            : equal.Values.Select(v => v.Evaluate()).Distinct(comparer).Order(comparer);
        foreach (var value in values)
        {
            if (value.IsNull)
                continue;
            var from = order.Find(range.From, range.To, column, value, after: false, convert, comparer);
            var to = order.Find(from, range.To, column, value, after: true, convert, comparer);
            if (to > from)
                yield return (from, to);
        }
    }

    (long From, long To) Narrow(KeyOrder order, (long From, long To) range)
    {
        var (from, to) = range;
        if (_low is { } low)
            from = Edge(order, from, to, low, after: low.Comparison == Comparison.Greater);
        else
            from = Edge(order, from, to, _high!, after: true, SqlValue.Null);
        if (_high is { } high)
            to = Edge(order, from, to, high, after: high.Comparison == Comparison.LessOrEqual);
        return IsNullBound(_low) || IsNullBound(_high) ? (from, from) : (from, to);
    }

    long Edge(KeyOrder order, long from, long to, SeekCondition seek, bool after, SqlValue? value = null) => order.Find(
        from, to, seek.Column.Slot - _first, value ?? seek.Values[0].Evaluate(), after, Converter(seek),
        ValueComparer.For(seek.Type));

    static bool IsNullBound(SeekCondition? seek) => seek is not null && seek.Values[0].Evaluate().IsNull;

    /// <summary>Comparers look at the stored form, so only a change of form needs a conversion.</summary>
    static Func<SqlValue, SqlValue>? Converter(SeekCondition seek)
    {
        var (from, to) = (seek.Column.Type, seek.Type);
        return from == to || (from.IsInteger && to.IsInteger) || (from.IsText && to.IsText)
            ? null
            : value => SqlConversion.Convert(value, from, to);
    }
}
