using System.Text;
using CsCheck;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;

namespace MigrationFunctions.Core.Tests.Copying;

public sealed class TupleBufferTests
{
    [Fact]
    public void A_stream_has_the_documented_header_and_trailer()
    {
        byte[] header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(header, TupleBuffer.Header.ToArray());
        Assert.Equal([0xFF, 0xFF], TupleBuffer.Trailer.ToArray());
    }

    [Fact]
    public void A_row_is_a_count_and_fields_with_their_lengths()
    {
        using var buffer = new TupleBuffer();
        buffer.BeginRow(3);
        buffer.WriteInt16(-1);
        buffer.WriteNull();
        Assert.True(buffer.TryWriteText("é", padding: 1));
        var row = buffer.EndRow();
        Assert.Equal("000300000002ffffffffffff00000003c3a920", Convert.ToHexStringLower(row));
        Assert.Equal(row.ToArray(), buffer.LastRow.ToArray());
        Assert.Equal(row.ToArray(), buffer.WrittenMemory.ToArray());
    }

    [Fact]
    public void A_row_that_is_rolled_back_leaves_no_byte()
    {
        using var buffer = new TupleBuffer(16);
        buffer.BeginRow(1);
        buffer.WriteInt32(1);
        var first = buffer.EndRow().ToArray();
        buffer.BeginRow(2);
        buffer.WriteBytes(new byte[1_000]);
        Assert.Equal(first, buffer.WrittenSpan.ToArray());
        buffer.RollBackRow();
        Assert.Equal((1, first.Length), (buffer.RowCount, buffer.Length));
        buffer.BeginRow(0);
        Assert.Equal([0, 0], buffer.EndRow().ToArray());
        Assert.Equal(2, buffer.RowCount);
        buffer.Reset();
        Assert.Equal((0, 0), (buffer.RowCount, buffer.Length));
    }

    [Fact]
    public void Text_that_has_no_utf8_leaves_no_field()
    {
        using var buffer = new TupleBuffer();
        buffer.BeginRow(1);
        Assert.False(buffer.TryWriteText("\uD800"));
        Assert.True(buffer.TryWriteText("ok"));
        Assert.Equal("0001000000026f6b", Convert.ToHexStringLower(buffer.EndRow()));
    }

    [Fact]
    public void Wrong_numbers_of_fields_are_refused()
    {
        using var buffer = new TupleBuffer();
        Assert.Throws<InvalidOperationException>(() => buffer.EndRow().Length);
        buffer.BeginRow(1);
        Assert.Throws<InvalidOperationException>(() => buffer.EndRow().Length);
        Assert.Throws<InvalidOperationException>(() => buffer.BeginRow(1));
        buffer.WriteNull();
        Assert.Throws<InvalidOperationException>(buffer.WriteNull);
        buffer.EndRow();
        Assert.Throws<InvalidOperationException>(buffer.WriteNull);
    }

    [Fact]
    public void It_grows_to_any_row_and_shrinks_again()
    {
        using var buffer = new TupleBuffer(64);
        var text = new string('é', 100_000);
        for (var i = 0; i < 3; i++)
        {
            buffer.BeginRow(1);
            Assert.True(buffer.TryWriteText(text));
            Assert.Equal(200_006, buffer.EndRow().Length);
        }

        Assert.Equal(text, Encoding.UTF8.GetString(buffer.WrittenSpan[^200_000..]));
        buffer.Reset();
        Assert.True(buffer.WrittenMemory.IsEmpty);
    }

    [Fact]
    public void A_digest_ignores_order_and_counts_duplicates() =>
        Gen.Byte.Array[0, 20].Array[2, 10].Sample(rows =>
        {
            BatchDigest forward = new(), backward = new(), first = new(), rest = new();
            foreach (var row in rows)
                forward.Add(row);
            foreach (var row in rows.Reverse())
                backward.Add(row);
            Assert.Equal(forward.Value, backward.Value);
            first.Add(rows[0]);
            foreach (var row in rows[1..])
                rest.Add(row);
            first.Add(rest);
            Assert.Equal(forward.Value, first.Value);
            Assert.Equal(forward.Value, BatchDigest.Parse(forward.Value).Value);
            forward.Add(rows[0]);
            Assert.NotEqual(backward.Value, forward.Value);
            forward.Remove(rows[0]);
            Assert.Equal(backward.Value, forward.Value);
        });

    [Fact]
    public void The_digest_of_one_row_is_its_xxhash128()
    {
        var digest = new BatchDigest();
        Assert.Equal(new string('0', 32), digest.Value);
        digest.Add("abc"u8);
        Assert.Equal("06b05ab6733a618578af5f94892f3950", digest.Value); // XXH128 of "abc" with seed 0
        Assert.Throws<FormatException>(() => BatchDigest.Parse("12"));
    }
}
