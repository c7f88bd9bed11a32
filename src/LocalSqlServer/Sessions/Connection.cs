using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading.Channels;
using LocalSqlServer.Protocol;
using LocalSqlServer.Sql;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sessions;

/// <summary>
/// One client. A reader takes messages off the wire all the time, so that an attention is seen while rows go out: it
/// cancels the request at hand, whose answer then ends with the attention's acknowledgement (MS-TDS 2.2.1.7).
/// </summary>
sealed class Connection(ServerState server, Socket socket)
{
    readonly Channel<Work> _requests = Channel.CreateBounded<Work>(4);

    public async Task RunAsync(CancellationToken ct)
    {
        socket.NoDelay = true;
        await using var network = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (await new Handshake(server, network).RunAsync(ct) is not var (stream, writer, session))
                return;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var reading = ReadAsync(stream, ending.Token);
            try
            {
                await foreach (var work in _requests.Reader.ReadAllAsync(ct))
                    await AnswerAsync(work, session, writer, ct);
            }
            finally
            {
                await ending.CancelAsync();
                await reading;
            }
        }
        catch (ConnectionDroppedException)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or AuthenticationException or TdsProtocolException)
        {
            // The client has gone or speaks another protocol, or the server stops: nobody is left to tell.
        }
    }

    async Task ReadAsync(Stream stream, CancellationToken ct)
    {
        var reader = new PacketReader(stream);
        Work? last = null;
        try
        {
            while (await reader.ReadAsync(ct) is { } message)
            {
                if (message.Status.HasFlag(PacketStatus.Ignore))
                    continue;
                if (message.Type == PacketType.Attention)
                    last?.Cancellation.Cancel();
                last = new Work(message, new CancellationTokenSource());
                await _requests.Writer.WriteAsync(last, ct);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or TdsProtocolException)
        {
            // As above: the end of the connection, however it comes.
        }
        finally
        {
            last?.Cancellation.Cancel();
            _requests.Writer.TryComplete();
        }
    }

    async Task AnswerAsync(Work work, Session session, TdsWriter writer, CancellationToken ct)
    {
        var (message, cancellation) = work;
        if (message.Type == PacketType.Attention)
        {
            Tokens.Done(writer, TokenType.Done, DoneStatus.Attention, 0, 0);
            await writer.EndMessageAsync(ct);
            return;
        }
        if (IsReset(message))
            session.Reset(writer, message.Status.HasFlag(PacketStatus.ResetConnectionKeepTransaction));
        var done = message.Type == PacketType.Rpc ? TokenType.DoneProcedure : TokenType.Done;
        var status = DoneStatus.Final;
        try
        {
            await RunAsync(message, session, writer, cancellation.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (SqlServerException error)
        {
            Fail(error, session, writer);
            status |= DoneStatus.Error;
        }
        if (session.TransactionCount > 0)
            status |= DoneStatus.InTransaction;
        Tokens.Done(writer, done, status, 0, 0);
        await writer.EndMessageAsync(ct);
    }

    void Fail(SqlServerException error, Session session, TdsWriter writer)
    {
        const int DeadlockVictim = 1205;
        Tokens.Error(writer, server.Facts.Name, error);
        if (session.TransactionCount > 0 && (session.AbortOnError || error.Number == DeadlockVictim))
            session.Rollback(writer, null);
    }

    async Task RunAsync(TdsMessage message, Session session, TdsWriter writer, CancellationToken ct)
    {
        switch (message.Type)
        {
            case PacketType.SqlBatch:
                var variables = new Dictionary<string, Variable>(StringComparer.OrdinalIgnoreCase);
                await new BatchRunner(server, session, writer, variables, inProcedure: false)
                    .RunAsync(BatchText(message, session), ct);
                break;
            case PacketType.Rpc:
                await new RpcRunner(server, session, writer).RunAsync(Rpc(message, session), ct);
                break;
            case PacketType.TransactionManager:
                RunTransaction(message, session, writer);
                break;
            default:
                throw SqlServerException.Unsupported(message.Type.ToString(), "the kind of request");
        }
    }

    static bool IsReset(TdsMessage message) =>
        (message.Status & (PacketStatus.ResetConnection | PacketStatus.ResetConnectionKeepTransaction)) != 0;

    static string BatchText(TdsMessage message, Session session)
    {
        var parser = new TdsParser(message.Payload.Span);
        CheckTransaction(parser.Headers(), message, session);
        return Encoding.Unicode.GetString(parser.Bytes(parser.Remaining));
    }

    static RpcRequest Rpc(TdsMessage message, Session session)
    {
        var parser = new TdsParser(message.Payload.Span);
        CheckTransaction(parser.Headers(), message, session);
        return RpcRequest.Parse(ref parser);
    }

    static void RunTransaction(TdsMessage message, Session session, TdsWriter writer)
    {
        var parser = new TdsParser(message.Payload.Span);
        CheckTransaction(parser.Headers(), message, session);
        TransactionRequest.Run(ref parser, session, writer);
    }

    /// <summary>Every request names its transaction; one that resets the connection may name that which the reset ended.</summary>
    static void CheckTransaction(ulong descriptor, TdsMessage message, Session session)
    {
        if (descriptor != session.Transaction && !IsReset(message))
        {
            throw new SqlServerException(3989, 16, 1,
                "New request is not allowed to start because it should come with valid transaction descriptor.");
        }
    }

    sealed record Work(TdsMessage Message, CancellationTokenSource Cancellation);
}
