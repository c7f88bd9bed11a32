using MigrationFunctions.Core.Copying;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>Reads staged rows back as PGCOPY tuples: the same bytes that were sent, one canonical form on both ways.</summary>
static class RefusedTuples
{
    public static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(
        NpgsqlConnection connection, string stage, IReadOnlyList<string> columns, IReadOnlyList<long> rows,
        CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        using var copied = new MemoryStream();
        // Row numbers are our own integers; COPY takes no parameters.
        await using (var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {Identifier.List(columns)} FROM {stage} WHERE stage_row_no IN ({string.Join(", ", rows)})) TO STDOUT (FORMAT BINARY)",
            cancellationToken))
            await stream.CopyToAsync(copied, cancellationToken);
        return TupleReader.Split(copied.ToArray(), TupleBuffer.Header.Length).ToList();
    }
}
