using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>Where the collation of a text comes from; a later one wins over an earlier one (Collation precedence).</summary>
enum CollationLabel
{
    /// <summary>A literal, a variable, or a function of something that is no text: the database's collation.</summary>
    Default,

    /// <summary>A column.</summary>
    Implicit,

    /// <summary>Two columns whose collations differ: only COLLATE can decide.</summary>
    Unresolved,

    /// <summary>COLLATE.</summary>
    Explicit,
}

/// <summary>The label of a text's collation.</summary>
/// <param name="Rival">Of an unresolved one: the collation that contradicts.</param>
readonly record struct Coercibility(CollationLabel Label, Collation? Rival = null)
{
    /// <summary>As a query around sees a column of a query: COLLATE in there makes a column like any other.</summary>
    public Coercibility OfColumn => Label == CollationLabel.Explicit ? new(CollationLabel.Implicit) : this;

    /// <summary>The collation and label of two texts that meet.</summary>
    /// <exception cref="SqlServerException">449: both have a COLLATE, and these differ.</exception>
    public static (Collation Collation, Coercibility Coercibility) Combine(
        Collation left, Coercibility leftLabel, Collation right, Coercibility rightLabel)
    {
        if (left != right && leftLabel.Label == rightLabel.Label)
        {
            if (leftLabel.Label == CollationLabel.Explicit)
            {
                throw new SqlServerException(449, 16, 1,
                    $"Collation conflict caused by collate clauses with different collation '{left.Name}' and '{right.Name}'.");
            }
            if (leftLabel.Label == CollationLabel.Implicit)
                return (left, new(CollationLabel.Unresolved, right));
        }
        return rightLabel.Label > leftLabel.Label ? (right, rightLabel) : (left, leftLabel);
    }

    /// <exception cref="SqlServerException">468: the collation of an operand is unresolved.</exception>
    public static void Require(SqlExpression operand, string operation)
    {
        if (operand.Coercibility is not { Label: CollationLabel.Unresolved, Rival: { } rival })
            return;
        throw new SqlServerException(468, 16, 9,
            $"Cannot resolve the collation conflict between \"{operand.Type.Collation!.Name}\" and \"{rival.Name}\" in the "
            + $"{operation} operation.");
    }
}
