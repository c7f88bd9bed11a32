using LocalSqlServer;
using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>The real SqlClient logs in with tokens and secrets that change.</summary>
public sealed class CredentialTests
{
    static readonly LegacyDatabase Legacy = SchoolDatabase.Create(new SchoolOptions(Seed: 3, Rows: 200, Districts: 1));
    string _issued = "first";
    int _fetched;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_logs_in_and_all_connections_share_its_pool()
    {
        await using var server = await StartAsync(token => token == "first");
        var connections = new SqlServerConnections(WithoutLogin(server), Credential(KeptCredential.Token));

        Assert.Single(await SessionsAsync(connections));
        Assert.Equal((1, 1), (server.OpenConnections, _fetched));
        await AsksAsync(connections, SourceIsolation.Snapshot);
        Assert.Equal((2, 1), (server.OpenConnections, _fetched));
    }

    [Fact]
    public async Task A_new_session_logs_in_with_the_token_of_that_moment()
    {
        var accepted = "first";
        await using var server = await StartAsync(token => token == accepted);
        var credential = Credential(KeptCredential.Token, DateTimeOffset.UtcNow.AddMinutes(5));
        var connections = new SqlServerConnections(WithoutLogin(server), credential);
        await using (await connections.OpenAsync(Cancel))
        {
            (accepted, _issued) = ("second", "second");
            Assert.True(await credential.RenewIfDueAsync(Cancel));
            await AsksAsync(connections);
        }

        Assert.Equal((2, 2), (server.OpenConnections, _fetched));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_MIG3002_and_not_repeated()
    {
        await using var server = await StartAsync(_ => false);
        var connections = new SqlServerConnections(WithoutLogin(server), Credential(KeptCredential.Token));

        var e = await Assert.ThrowsAsync<MigrationException>(() => AsksAsync(connections));

        Assert.Equal((ErrorCodes.SourceLoginRefused, false), (e.Code, e.IsTransient));
        Assert.DoesNotContain(_issued, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_logs_in_and_all_connections_share_its_pool()
    {
        await using var server = await StartAsync();
        server.ChangePassword("first");
        var connections = new SqlServerConnections(WithoutLogin(server, user: true), Credential(KeptCredential.Secret));

        Assert.Single(await SessionsAsync(connections));
        Assert.Equal((1, 1), (server.OpenConnections, _fetched));
    }

    [Fact]
    public async Task A_rotated_secret_is_fetched_when_the_server_refuses_the_one_before()
    {
        await using var server = await StartAsync();
        server.ChangePassword("first");
        var connections = new SqlServerConnections(WithoutLogin(server, user: true), Credential(KeptCredential.Secret));
        await using (var busy = await connections.OpenAsync(Cancel))
        {
            server.ChangePassword("second");
            _issued = "second";
            await AsksAsync(connections);
            // The session of the secret before goes on to its end.
            await AsksAsync(busy);
        }
        await AsksAsync(connections);

        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task A_secret_that_is_refused_and_has_not_changed_is_MIG3002()
    {
        await using var server = await StartAsync();
        var connections = new SqlServerConnections(WithoutLogin(server, user: true), Credential(KeptCredential.Secret));

        var e = await Assert.ThrowsAsync<MigrationException>(() => AsksAsync(connections));

        Assert.Equal((ErrorCodes.SourceLoginRefused, 2), (e.Code, _fetched));
        Assert.DoesNotContain(_issued, e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeptCredential.Token)]
    [InlineData(KeptCredential.Secret)]
    public async Task Without_a_credential_the_reason_is_told_as_its_issuer_told_it(string kind)
    {
        await using var server = await StartAsync();
        var away = new Problem(ErrorCodes.VaultUnreachable, "vault", "It is away.", "Wait.");
        var connections = new SqlServerConnections(
            WithoutLogin(server, user: kind == KeptCredential.Secret),
            new KeptCredential(kind, () => throw new MigrationException(away, isTransient: true), TimeProvider.System));

        var e = await Assert.ThrowsAsync<MigrationException>(() => AsksAsync(connections));

        Assert.Equal((ErrorCodes.VaultUnreachable, true), (e.Code, e.IsTransient));
    }

    KeptCredential Credential(string kind, DateTimeOffset? expiresOn = null) => new(
        kind,
        () =>
        {
            _fetched++;
            return Task.FromResult(new LoginCredential(_issued)
            {
                ExpiresOn = expiresOn ?? DateTimeOffset.UtcNow.AddHours(1), RenewOn = DateTimeOffset.MinValue,
            });
        },
        TimeProvider.System);

    static Task<SqlServerStandIn> StartAsync(Func<string, bool>? acceptToken = null) =>
        SqlServerStandIn.StartAsync(new StandInOptions { Database = Legacy, AcceptToken = acceptToken });

    static string WithoutLogin(SqlServerStandIn server, bool user = false)
    {
        var builder = new SqlConnectionStringBuilder(server.ConnectionString);
        builder.Remove("Password");
        if (!user)
            builder.Remove("User ID");
        return builder.ConnectionString;
    }

    static async Task<IReadOnlySet<Guid>> SessionsAsync(SqlServerConnections connections)
    {
        var sessions = new HashSet<Guid>();
        for (var i = 0; i < 5; i++)
        {
            await using var connection = await connections.OpenAsync(Cancel);
            await AsksAsync(connection);
            sessions.Add(connection.ClientConnectionId);
        }
        return sessions;
    }

    static async Task AsksAsync(
        SqlServerConnections connections, SourceIsolation isolation = SourceIsolation.ReadCommitted)
    {
        await using var connection = await connections.OpenAsync(Cancel, isolation);
        await AsksAsync(connection);
    }

    static async Task AsksAsync(SqlConnection connection)
    {
        await using var command = new SqlCommand("SELECT COUNT_BIG(*) FROM dbo.District", connection);
        Assert.Equal(1L, await command.ExecuteScalarAsync(Cancel));
    }
}
