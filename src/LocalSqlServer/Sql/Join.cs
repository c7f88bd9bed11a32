namespace LocalSqlServer.Sql;

/// <summary>Inner, left and cross join: for each row of the left side, the rows of the right side that fit.</summary>
sealed class Join : Relation
{
    readonly Relation _left;
    readonly Relation _right;
    readonly bool _keepLeft;
    readonly Predicate? _on;

    public Join(Relation left, Relation right, bool keepLeft, Predicate? on)
    {
        (_left, _right, _keepLeft) = (left, right, keepLeft);
        _on = JoinedPredicate.Join(right.Accept(JoinedPredicate.Conjuncts(on), repeated: true));
        Columns = [.. left.Columns, .. right.Columns];
        if (keepLeft)
        {
            foreach (var column in right.Columns)
                column.Nullable = true;
        }
    }

    public override IEnumerable<Predicate> Accept(IEnumerable<Predicate> conjuncts, bool repeated) =>
        _keepLeft ? _left.Accept(conjuncts, repeated) : _right.Accept(_left.Accept(conjuncts, repeated), repeated: true);

    public override IEnumerable<bool> Run()
    {
        foreach (var _ in _left.Run())
        {
            var matched = false;
            foreach (var __ in _right.Run())
            {
                if (_on is not null && !_on.IsTrue())
                    continue;
                matched = true;
                yield return true;
            }
            if (matched || !_keepLeft)
                continue;
            SetRightNull();
            yield return true;
        }
    }

    void SetRightNull()
    {
        foreach (var column in _right.Columns)
            column.Frame.Row[column.Slot] = default;
    }
}
