namespace LocalSqlServer.Sql;

/// <summary>A source whose rows are read only if a condition holds that is the same for each of them, such as 1 = 0.</summary>
sealed class GuardedRelation : Relation
{
    readonly Relation _inner;
    readonly Predicate _condition;

    public GuardedRelation(Relation inner, Predicate condition)
    {
        (_inner, _condition) = (inner, condition);
        Columns = inner.Columns;
    }

    public override IReadOnlyList<ScopeColumn> Order => _inner.Order;

    public override IReadOnlyCollection<ScopeColumn> Fixed => _inner.Fixed;

    public override IEnumerable<bool> Run() => _condition.IsTrue() ? _inner.Run() : [];

    public override long Count() => _condition.IsTrue() ? _inner.Count() : 0;
}
