namespace LocalSqlServer.Sql;

/// <summary>A source of rows in FROM. It puts the values of its columns into the slots of its query block's frame.</summary>
abstract class Relation
{
    static long _lastNumber;

    /// <summary>Rises in the order in which relations are bound: a source can use values of those before it only.</summary>
    public long Number { get; } = Interlocked.Increment(ref _lastNumber);

    public IReadOnlyList<ScopeColumn> Columns { get; protected init; } = [];

    /// <summary>One step for each row; the frame holds that row until the next step.</summary>
    public abstract IEnumerable<bool> Run();

    /// <summary>The number of rows that <see cref="Run"/> would give.</summary>
    public virtual long Count() => Run().LongCount();

    /// <summary>
    /// Takes the conditions that it can use to read fewer rows and gives back those that still must be checked.
    /// </summary>
    /// <param name="conjuncts">Conditions that must all be true.</param>
    /// <param name="repeated">Whether it will run once for each row of another source.</param>
    public virtual IEnumerable<Predicate> Accept(IEnumerable<Predicate> conjuncts, bool repeated) => conjuncts;

    /// <summary>The columns by which the rows are known to come in ascending order.</summary>
    public virtual IReadOnlyList<ScopeColumn> Order => [];

    /// <summary>Columns that have one value in all rows.</summary>
    public virtual IReadOnlyCollection<ScopeColumn> Fixed => [];
}
