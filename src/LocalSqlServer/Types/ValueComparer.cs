namespace LocalSqlServer.Types;

/// <summary>
/// Orders and equates values of one type as SQL Server does. NULL sorts first and equals NULL here, as ORDER BY,
/// GROUP BY and DISTINCT need it; the three-valued comparison of a predicate looks at NULL before it asks.
/// </summary>
abstract class ValueComparer : IComparer<SqlValue>, IEqualityComparer<SqlValue>
{
    public int Compare(SqlValue x, SqlValue y) => (x.IsNull, y.IsNull) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        _ => CompareValues(in x, in y),
    };

    public bool Equals(SqlValue x, SqlValue y) => Compare(x, y) == 0;

    public int GetHashCode(SqlValue value) => value.IsNull ? 0 : Hash(in value);

    /// <summary>Compares two values that are not NULL.</summary>
    public abstract int CompareValues(in SqlValue x, in SqlValue y);

    protected virtual int Hash(in SqlValue value) => value.Number.GetHashCode();

    public static ValueComparer For(SqlType type) => type.Kind switch
    {
        SqlKind.Decimal => new Wide(),
        SqlKind.Float or SqlKind.Real => new Floating(),
        SqlKind.UniqueIdentifier => new Identifier(),
        SqlKind.RowVersion => new Unsigned(),
        SqlKind.Binary or SqlKind.VarBinary or SqlKind.Image => new Binary(),
        _ when type.IsUnicode => new Textual(type.Collation ?? Collation.Default),
        _ when type.IsText => new CodePage(type.Collation ?? Collation.Default),
        _ => new Words(),
    };

    sealed class Words : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) => x.Number.CompareTo(y.Number);
    }

    sealed class Unsigned : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) =>
            ((ulong)x.Number).CompareTo((ulong)y.Number);
    }

    sealed class Wide : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) => x.Unscaled.CompareTo(y.Unscaled);
    }

    sealed class Floating : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) => x.Double.CompareTo(y.Double);

        protected override int Hash(in SqlValue value) => value.Double.GetHashCode();
    }

    sealed class Identifier : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) => x.GuidOrder.CompareTo(y.GuidOrder);
    }

    sealed class Textual(Collation collation) : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) => collation.Compare(x.Text, y.Text);

        protected override int Hash(in SqlValue value) => collation.Hash(value.Text);
    }

    sealed class CodePage(Collation collation) : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) => collation.CompareBytes(x.Text, y.Text);

        protected override int Hash(in SqlValue value) => collation.Hash(value.Text);
    }

    /// <summary>Trailing zero bytes do not count, as the shorter value is padded with them.</summary>
    sealed class Binary : ValueComparer
    {
        public override int CompareValues(in SqlValue x, in SqlValue y) =>
            x.Bytes.AsSpan().TrimEnd((byte)0).SequenceCompareTo(y.Bytes.AsSpan().TrimEnd((byte)0));

        protected override int Hash(in SqlValue value)
        {
            var hash = new HashCode();
            hash.AddBytes(value.Bytes.AsSpan().TrimEnd((byte)0));
            return hash.ToHashCode();
        }
    }
}
