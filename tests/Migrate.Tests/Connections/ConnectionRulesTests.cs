using MigrationFunctions.Connections;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Starting;

namespace Migrate.Tests.Connections;

public sealed class ConnectionRulesTests
{
    const string Hidden = "hush-4711";
    const string Source = "Data Source=sql.school.local;Initial Catalog=Legacy";
    const string Target = "Host=schools.postgres.database.azure.com;Database=schools;Username=app;SSL Mode=VerifyFull";

    [Fact]
    public void All_problems_are_told_at_once_and_no_value_is_repeated()
    {
        var settings = SettingsOf.Production(
            ("SourceConnection", $"{Source};User ID=reader;Password={Hidden};Encrypt=False"),
            ("TargetConnection", $"Host=db;Database=schools;Username=app;Password={Hidden};SSL Mode=Prefer"),
            ("TargetPasswordSecret", "target-password"),
            ("DirectConnection", $"Host=db;{Hidden}"),
            ("RehearsalConnection", "Host=db;Database=rehearsal;SSL Mode=VerifyFull"),
            ("RehearsalPasswordSecret", $"https://{Hidden}"),
            ("RehearsalDirectPasswordSecret", "direct"),
            ("ManagedIdentityClientId", Hidden));

        Assert.Equal(
            [
                "MIG6008 Migration:SourceConnection", "MIG6008 Migration:TargetConnection",
                "MIG6009 Migration:TargetConnection",
                "MIG6010 Migration:RehearsalDirectPasswordSecret", "MIG6010 Migration:RehearsalPasswordSecret",
                "MIG6010 Migration:TargetPasswordSecret",
                "MIG6012 Migration:DirectConnection", "MIG6012 Migration:RehearsalConnection",
                "MIG6013 Migration:SourceConnection", "MIG6013 Migration:TargetConnection",
                "MIG6014 Migration:RehearsalDirectPasswordSecret", "MIG6014 Migration:RehearsalPasswordSecret",
                "MIG6015 Migration:ManagedIdentityClientId",
            ],
            settings.Problems.Select(p => $"{p.Code} {p.Place}").Order(StringComparer.Ordinal));
        var e = new SettingsException(settings.Problems);
        Assert.All(settings.Problems, p => Assert.Contains($"\n{p}", e.Message, StringComparison.Ordinal));
        // What a worker leaves behind when it does not start.
        Assert.All(settings.Problems, p => Assert.Contains(p.ToString(), e.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain('\n', e.ToString());
        Assert.All(settings.Problems, p => Assert.NotEmpty(p.Remedy));
        Assert.DoesNotContain(Hidden, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_right_in_Azure_is_not_refused()
    {
        var settings = SettingsOf.Production(
            ("SourceConnection", $"{Source};User ID=reader"), ("SourcePasswordSecret", "source-password"),
            ("TargetConnection", Target), ("DirectConnection", Target), ("RehearsalConnection", " "),
            ("KeyVaultUri", "https://schools.vault.azure.net"),
            ("ManagedIdentityClientId", "0195f3a1-7c3e-4a11-9e55-2f6b1c0d9a42"));

        Assert.Equal([], settings.Problems);
        Assert.Equal(
            [ConnectionMethod.KeyVault, ConnectionMethod.Entra, ConnectionMethod.Entra],
            settings.Named.Select(c => c.Method!.Value));
    }

    [Fact]
    public void Nothing_set_is_no_reason_not_to_start() => Assert.Equal([], SettingsOf.Production().Problems);

    [Fact]
    public void Local_development_has_passwords_and_needs_no_certificate()
    {
        var settings = SettingsOf.Development(
            ("SourceConnection", $"{Source};User ID=reader;Password={Hidden};Encrypt=False"),
            ("TargetConnection", $"Host=db;Database=schools;Username=app;Password={Hidden}"),
            ("DirectConnection", $"Password={Hidden};nonsense"));

        Assert.Equal([], settings.Problems);
        Assert.Equal(ConnectionMethod.Password, settings[ConnectionName.Source].Method);
        Assert.Null(settings[ConnectionName.Direct].Method);
    }

    [Theory]
    [InlineData("http://schools.vault.azure.net/")]
    [InlineData("schools.vault.azure.net")]
    [InlineData("schools")]
    [InlineData("https://schools.vault.azure.net/secrets/x")]
    [InlineData("https://user:" + Hidden + "@schools.vault.azure.net/")]
    [InlineData("https://schools.vault.azure.net/?x=" + Hidden)]
    public void A_vault_has_an_address_and_nothing_more(string uri)
    {
        var problem = Assert.Single(SettingsOf.Development(("KeyVaultUri", uri)).Problems);

        Assert.Equal(ErrorCodes.VaultUriInvalid, problem.Code);
        Assert.DoesNotContain(Hidden, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSL Mode=Disable", false)]
    [InlineData("SSL Mode=Prefer", false)]
    [InlineData("", false)]
    [InlineData("SSL Mode=Require", false)]
    [InlineData("SSL Mode=VerifyCA", false)]
    [InlineData("SSL Mode=VerifyCA;Root Certificate=/etc/ssl/own.pem", true)]
    [InlineData("SSL Mode=VerifyFull", true)]
    public void PostgreSQL_proves_itself_before_it_gets_a_token(string option, bool isRight)
    {
        var settings = SettingsOf.Production(
            ("TargetConnection", $"Host=db.private.lan;Database=schools;Username=app;{option}"));

        Assert.Equal(
            isRight ? [] : [ErrorCodes.ConnectionNotProtected], settings.Problems.Select(p => p.Code));
    }

    [Theory]
    [InlineData("Encrypt=False", false)]
    [InlineData("Encrypt=Optional", false)]
    [InlineData("TrustServerCertificate=True", false)]
    [InlineData("", true)]
    [InlineData("Encrypt=Mandatory", true)]
    [InlineData("Encrypt=Strict", true)]
    public void SQL_Server_proves_itself_before_it_gets_a_token(string option, bool isRight)
    {
        var settings = SettingsOf.Production(("SourceConnection", $"{Source};{option}"));

        Assert.Equal(
            isRight ? [] : [ErrorCodes.ConnectionNotProtected], settings.Problems.Select(p => p.Code));
    }

    [Theory]
    [InlineData("TargetConnection", "Host=localhost;Database=schools;Username=app")]
    [InlineData("TargetConnection", "Host=127.0.0.1:5433,[::1]:5432;Database=schools;Username=app")]
    [InlineData("TargetConnection", "Host=/run/postgresql;Database=schools;Username=app")]
    [InlineData("SourceConnection", "Data Source=tcp:127.0.0.1,1433;Initial Catalog=x;Encrypt=False")]
    [InlineData("SourceConnection", @"Data Source=.\SQLEXPRESS;Initial Catalog=x;Encrypt=False")]
    public void What_does_not_leave_the_machine_needs_no_certificate(string name, string text) =>
        Assert.Equal([], SettingsOf.Production((name, text)).Problems);

    [Theory]
    [InlineData("Host=localhost,db.private.lan;Database=schools;Username=app")]
    [InlineData("Host=127.0.0.1.example.org;Database=schools;Username=app")]
    public void Another_machine_hides_behind_no_name_of_this_one(string text) => Assert.Equal(
        [ErrorCodes.ConnectionNotProtected],
        SettingsOf.Production(("TargetConnection", text)).Problems.Select(p => p.Code));

    [Fact]
    public void A_password_file_is_a_password() => Assert.Equal(
        [ErrorCodes.PasswordInSettings],
        SettingsOf.Production(("TargetConnection", $"{Target};Passfile=/etc/pgpass")).Problems.Select(p => p.Code));

    [Fact]
    public void A_reference_that_Azure_did_not_resolve_is_told_as_such()
    {
        var problem = Assert.Single(SettingsOf.Production(
            ("SourceConnection", $"@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/{Hidden})"))
            .Problems);

        Assert.Equal(ErrorCodes.ConnectionInvalid, problem.Code);
        Assert.Contains("reference", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_way_to_authenticate_is_refused_where_the_service_brings_the_token() => Assert.Equal(
        [ErrorCodes.ConnectionInvalid],
        SettingsOf.Production(("SourceConnection", $"{Source};Authentication=Active Directory Default"))
            .Problems.Select(p => p.Code));
}
