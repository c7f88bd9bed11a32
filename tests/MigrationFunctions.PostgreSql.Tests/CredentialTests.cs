using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Scripts;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>A real server decides which password is right: what logs in is what the credential says at that
/// moment.</summary>
public sealed class CredentialTests(TargetServer server) : TargetTest(server)
{
    readonly string _role = $"credential_{Guid.NewGuid().ToString("N")[..8]}";
    string _issued = "";
    int _fetched;

    [Fact]
    public async Task Each_new_session_logs_in_with_the_credential_of_that_moment()
    {
        await RotateAsync("first");
        _issued = "first";
        await using var role = await RoleAsync();
        var credential = Credential();
        await using var connections = Connect(credential);
        await AsksAsync(connections);
        await AsksAsync(connections);
        Assert.Equal(1, _fetched);

        await RotateAsync("second");
        _issued = "second";
        await AsksAsync(connections);
        Assert.Equal(1, _fetched);
        Assert.True(await RenewAsync(credential));
        connections.Writer.Clear();
        await AsksAsync(connections);

        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task A_rotated_password_is_fetched_when_the_server_refuses_the_one_before()
    {
        await RotateAsync("first");
        _issued = "first";
        await using var role = await RoleAsync();
        await using var connections = Connect(Credential());
        await AsksAsync(connections);

        await RotateAsync("second");
        _issued = "second";
        connections.Writer.Clear();
        await AsksAsync(connections);

        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task A_password_that_is_refused_and_has_not_changed_is_MIG4002()
    {
        await RotateAsync("first");
        _issued = "another";
        await using var role = await RoleAsync();
        await using var connections = Connect(Credential());

        var e = await Assert.ThrowsAsync<MigrationException>(() => AsksAsync(connections));

        Assert.Equal((ErrorCodes.TargetLoginRefused, 2), (e.Code, _fetched));
        Assert.DoesNotContain("another", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_credential_the_reason_is_told_as_its_issuer_told_it()
    {
        await RotateAsync("first");
        await using var role = await RoleAsync();
        var away = new Problem(ErrorCodes.VaultUnreachable, "vault", "It is away.", "Wait.");
        await using var connections = Connect(new KeptCredential(
            KeptCredential.Secret, () => throw new MigrationException(away, isTransient: true), TimeProvider.System));

        var e = await Assert.ThrowsAsync<MigrationException>(() => AsksAsync(connections));

        Assert.Equal((ErrorCodes.VaultUnreachable, true), (e.Code, e.IsTransient));
    }

    [Fact]
    public async Task The_schema_is_upgraded_with_the_credential_too()
    {
        await RotateAsync("first");
        _issued = "first";
        await using var role = await RoleAsync();
        await Target.ExecuteAsync(
            $"DROP SCHEMA migration CASCADE; GRANT CREATE, TEMPORARY ON DATABASE {Target.Name} TO {_role}");
        await using var connections = Connect(Credential());

        await new MigrationSchema(connections).EnsureAsync(Cancel);

        Assert.Equal(_role, await Target.ScalarAsync<string>(
            "SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = 'migration'"));
    }

    KeptCredential Credential() => new(
        KeptCredential.Token,
        () =>
        {
            _fetched++;
            return Task.FromResult(new LoginCredential(_issued) { RenewOn = DateTimeOffset.MinValue });
        },
        TimeProvider.System);

    static Task<bool> RenewAsync(KeptCredential credential) => credential.RenewIfDueAsync(Cancel);

    PostgresConnections Connect(KeptCredential credential)
    {
        var builder = new NpgsqlConnectionStringBuilder(Target.Writer) { Username = _role };
        builder.Remove("Password");
        return new PostgresConnections("test", builder.ConnectionString, null, credential);
    }

    Task AsksAsync(PostgresConnections connections) => connections.RunAsync("who", async connection =>
    {
        await using var command = new NpgsqlCommand("SELECT current_user::text", connection);
        Assert.Equal(_role, await command.ExecuteScalarAsync(Cancel));
        return 0;
    }, Cancel);

    Task RotateAsync(string password) => Target.ExecuteAsync(
        $"""
        DO $$ BEGIN
          IF to_regrole('{_role}') IS NULL THEN CREATE ROLE {_role} LOGIN; END IF;
        END $$;
        ALTER ROLE {_role} PASSWORD '{password}'
        """);

    // Roles belong to the server, not to the test's database.
    async Task<IAsyncDisposable> RoleAsync()
    {
        await Target.ExecuteAsync($"GRANT CONNECT ON DATABASE {Target.Name} TO {_role}");
        return new Dropped(this);
    }

    sealed class Dropped(CredentialTests test) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await test.Target.ExecuteAsync(
            $"DROP OWNED BY {test._role} CASCADE; DROP ROLE {test._role}");
    }
}
