using System.Globalization;
using System.IO.Hashing;
using MigrationFunctions.Core.Encoders;

namespace MigrationFunctions.Core.Copying;

/// <summary>The digest of a set of rows: the sum, modulo 2^128, of the XxHash128 of each row's canonical bytes. The
/// order of rows does not matter, a row that stands twice counts twice, and digests of parts add up to that of the
/// whole. It finds mistakes; it is no defence against somebody who forges rows.</summary>
public sealed class BatchDigest
{
    UInt128 _sum;

    /// <summary>16 bytes as 32 lower-case hexadecimal digits; zeros for no rows.</summary>
    public string Value => _sum.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Adds a row by its canonical bytes (as <see cref="TupleBuffer.EndRow"/> returns them).</summary>
    public void Add(ReadOnlySpan<byte> row) => _sum = unchecked(_sum + XxHash128.HashToUInt128(row));

    /// <summary>Takes a row away that was added before.</summary>
    public void Remove(ReadOnlySpan<byte> row) => _sum = unchecked(_sum - XxHash128.HashToUInt128(row));

    /// <summary>Adds all rows of another digest.</summary>
    public void Add(BatchDigest other) => _sum = unchecked(_sum + other._sum);

    /// <summary>The digest with that <see cref="Value"/>.</summary>
    /// <exception cref="FormatException">The text is not 32 hexadecimal digits.</exception>
    public static BatchDigest Parse(string value) =>
        value.Length == 32
            ? new() { _sum = UInt128.Parse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) }
            : throw new FormatException("A digest is 32 hexadecimal digits.");
}
