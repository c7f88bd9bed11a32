using System.Net.Security;
using System.Security.Authentication;
using LocalSqlServer.Protocol;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sessions;

/// <summary>Pre-login, TLS and login: from an accepted socket to a session.</summary>
sealed class Handshake(ServerState server, Stream network)
{
    const int SmallestPacket = 512;
    const int LargestPacket = 32767;
    const int DefaultPacket = 4096;

    /// <summary>
    /// The stream for the requests to come, its writer and the session; null when the login was refused or the client left.
    /// </summary>
    public async Task<(Stream Stream, TdsWriter Writer, Session Session)?> RunAsync(CancellationToken ct)
    {
        var writer = new TdsWriter(network);
        if (await new PacketReader(network).ReadAsync(ct) is not { Type: PacketType.PreLogin } prelogin)
            return null;
        var encryption = PreLogin.Negotiate(
            PreLogin.RequestedEncryption(prelogin.Payload.Span), server.Options.OfferEncryption,
            server.Options.RequireEncryption);
        await writer.SendSingleAsync(PacketType.TabularResult, PreLogin.Answer(encryption), ct);

        var stream = encryption == EncryptionMode.NotSupported ? network : await StartTlsAsync(ct);
        if (await new PacketReader(stream).ReadAsync(ct) is not { Type: PacketType.Login7 } request)
            return null;
        var afterLogin = encryption == EncryptionMode.Off ? network : stream;
        writer.Stream = afterLogin;
        var login = Login.Parse(request.Payload.Span);
        string? token = null;
        if (login.BringsToken)
        {
            FederatedLogin.AskForToken(writer);
            await writer.EndMessageAsync(ct);
            if (await new PacketReader(afterLogin).ReadAsync(ct) is not { Type: PacketType.FederatedToken } answer)
                return null;
            token = FederatedLogin.Token(answer.Payload.Span);
        }
        var session = await LoginAsync(login, token, writer, ct);
        return session is null ? null : (afterLogin, writer, session);
    }

    /// <summary>
    /// With login-only encryption the TLS stream is left as it is after the login: closing it would send an alert that the
    /// client does not expect.
    /// </summary>
    async Task<SslStream> StartTlsAsync(CancellationToken ct)
    {
        var carrier = new HandshakeStream(network);
        var tls = new SslStream(carrier, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = ServerCertificate.Get(),
            EnabledSslProtocols = SslProtocols.Tls12,
        }, ct);
        await carrier.SendPendingAsync(ct);
        carrier.HandshakeDone = true;
        return tls;
    }

    async Task<Session?> LoginAsync(Login login, string? token, TdsWriter writer, CancellationToken ct)
    {
        var database = server.Options.Database;
        var refused = server.Faults.Take(login.User, login: true);
        refused.ForEach(f => f.Happen());
        if (login.IntegratedSecurity || refused.Count > 0 || !(token is null ? IsKnown(login) : IsKnown(token)))
        {
            await RefuseAsync(writer, [LoginFailed(login)], ct);
            return null;
        }
        if (login.Database.Length > 0 && !login.Database.Equals(database.Name, StringComparison.OrdinalIgnoreCase))
        {
            var unknown = new SqlServerException(4060, 11, 1,
                $"Cannot open database \"{login.Database}\" requested by the login. The login failed.");
            await RefuseAsync(writer, [unknown, LoginFailed(login)], ct);
            return null;
        }
        var session = new Session(server.NextSpid(), server.Options.User, database);
        await WelcomeAsync(login, session, writer, ct);
        return session;
    }

    bool IsKnown(Login login) =>
        login.User.Equals(server.Options.User, StringComparison.OrdinalIgnoreCase)
        && login.Password.Equals(server.Password, StringComparison.Ordinal);

    bool IsKnown(string token) => server.Options.AcceptToken?.Invoke(token) == true;

    async Task WelcomeAsync(Login login, Session session, TdsWriter writer, CancellationToken ct)
    {
        var database = session.Database;
        var packetSize = login.PacketSize == 0
            ? DefaultPacket
            : Math.Clamp(login.PacketSize, SmallestPacket, LargestPacket);
        writer.Spid = (ushort)session.Spid;
        Tokens.Environment(writer, EnvironmentChange.Database, database.Name, "master");
        Tokens.Info(writer, server.Facts.Name, 5701, 2, 0, $"Changed database context to '{database.Name}'.");
        Tokens.CollationChanged(writer, database.Collation);
        Tokens.Environment(writer, EnvironmentChange.Language, "us_english", "");
        Tokens.Info(writer, server.Facts.Name, 5703, 1, 0, "Changed language setting to us_english.");
        Tokens.LoginAcknowledged(writer, ServerVersion.Name);
        Tokens.Environment(writer, EnvironmentChange.PacketSize, Invariant(packetSize), Invariant(DefaultPacket));
        Tokens.FeaturesAcknowledged(writer, login.Features);
        Tokens.Done(writer, TokenType.Done, DoneStatus.Final, 0, 0);
        await writer.EndMessageAsync(ct);
        writer.PacketSize = packetSize;
    }

    async Task RefuseAsync(TdsWriter writer, IEnumerable<SqlServerException> errors, CancellationToken ct)
    {
        foreach (var error in errors)
            Tokens.Error(writer, server.Facts.Name, error);
        Tokens.Done(writer, TokenType.Done, DoneStatus.Error, 0, 0);
        await writer.EndMessageAsync(ct);
    }

    static SqlServerException LoginFailed(Login login) => new(18456, 14, 1, $"Login failed for user '{login.User}'.");

    static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
