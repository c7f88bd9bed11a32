using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Digests of rows by bucket. The bucket of a row is decided by a hash of its id, so that both sides put the same
/// row into the same bucket, whatever order they read in; within a bucket the digests are added up modulo 2^128, as in
/// <see cref="Copying.BatchDigest"/>. Buckets that differ hold all rows that differ.</summary>
public sealed class RowBuckets
{
    const int RowsInBucket = 32;
    const int Fewest = 64;
    const int Most = 65_536;
    const int BytesOfBucket = 16 + sizeof(int);

    readonly UInt128[] _sums;
    readonly int[] _rows;

    /// <param name="count">Buckets: a power of two.</param>
    public RowBuckets(int count)
    {
        if (!BitOperations.IsPow2(count))
            throw new ArgumentException("The number of buckets is a power of two.", nameof(count));
        (_sums, _rows) = (new UInt128[count], new int[count]);
    }

    /// <summary>How many buckets there are.</summary>
    public int Count => _sums.Length;

    /// <summary>Rows in all.</summary>
    public long Rows => _rows.Sum(rows => (long)rows);

    /// <summary>The digest of all rows as <see cref="Copying.BatchDigest.Value"/> writes it.</summary>
    public string Digest => _sums.Aggregate(UInt128.Zero, (sum, bucket) => unchecked(sum + bucket))
        .ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>How many buckets serve that many rows: few rows in each, at most 1.3 MB in all.</summary>
    public static int CountFor(long rows) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(rows / RowsInBucket, Fewest, Most));

    /// <summary>The bucket of the row with that id.</summary>
    public int Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return (int)(XxHash3.HashToUInt64(bytes) & (uint)(_sums.Length - 1));
    }

    /// <summary>Adds a row by its canonical bytes.</summary>
    public void Add(Guid id, ReadOnlySpan<byte> row)
    {
        var bucket = Of(id);
        _sums[bucket] = unchecked(_sums[bucket] + XxHash128.HashToUInt128(row));
        _rows[bucket]++;
    }

    /// <summary>Adds the rows of another set of as many buckets.</summary>
    public void Add(RowBuckets other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Count, Count);
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] = unchecked(_sums[i] + other._sums[i]);
            _rows[i] += other._rows[i];
        }
    }

    /// <summary>The buckets in which two sides differ, in order, and how many rows each side has in them at most.</summary>
    public IEnumerable<(int Bucket, int Rows)> DifferencesTo(RowBuckets other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Count, Count);
        for (var i = 0; i < _sums.Length; i++)
        {
            if (_sums[i] != other._sums[i] || _rows[i] != other._rows[i])
                yield return (i, Math.Max(_rows[i], other._rows[i]));
        }
    }

    /// <summary>20 bytes for each bucket: its sum and its number of rows, big-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_sums.Length * BytesOfBucket];
        for (var i = 0; i < _sums.Length; i++)
        {
            var bucket = bytes.AsSpan(i * BytesOfBucket);
            BinaryPrimitives.WriteUInt128BigEndian(bucket, _sums[i]);
            BinaryPrimitives.WriteInt32BigEndian(bucket[16..], _rows[i]);
        }
        return bytes;
    }

    /// <summary>The buckets that <see cref="ToBytes"/> gave.</summary>
    public static RowBuckets FromBytes(ReadOnlySpan<byte> bytes)
    {
        var buckets = new RowBuckets(bytes.Length / BytesOfBucket);
        for (var i = 0; i < buckets.Count; i++)
        {
            var bucket = bytes[(i * BytesOfBucket)..];
            buckets._sums[i] = BinaryPrimitives.ReadUInt128BigEndian(bucket);
            buckets._rows[i] = BinaryPrimitives.ReadInt32BigEndian(bucket[16..]);
        }
        return buckets;
    }
}
