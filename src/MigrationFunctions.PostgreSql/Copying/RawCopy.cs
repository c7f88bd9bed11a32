using MigrationFunctions.Core.Encoders;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>A running COPY ... FROM STDIN (FORMAT BINARY) that is fed with ready tuples (PostgreSQL documentation,
/// "COPY", Binary Format). Disposing before <see cref="CompleteAsync"/> cancels the COPY.</summary>
sealed class RawCopy : IAsyncDisposable
{
    static readonly byte[] Header = TupleBuffer.Header.ToArray();
    static readonly byte[] Trailer = TupleBuffer.Trailer.ToArray();
    readonly NpgsqlRawCopyStream _stream;
    bool _isEnded;

    RawCopy(NpgsqlRawCopyStream stream) => _stream = stream;

    public static async Task<RawCopy> BeginAsync(
        NpgsqlConnection connection, string table, IEnumerable<string> columns, int timeoutSeconds,
        CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY {table} ({Identifier.List(columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        stream.ReadTimeout = stream.WriteTimeout = timeoutSeconds * 1000;
        await stream.WriteAsync(Header, cancellationToken);
        return new RawCopy(stream);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> tuples, CancellationToken cancellationToken) =>
        _stream.WriteAsync(tuples, cancellationToken);

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Trailer, cancellationToken);
        _isEnded = true;
        await _stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isEnded)
            return;
        _isEnded = true;
        try
        {
            await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException)
        {
            // The COPY had failed by itself; what it failed with has been thrown already.
        }
    }
}
