using System.Net;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Npgsql;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Databases that cannot be reached or will not have us.</summary>
public sealed class ConnectionFaultTests(TargetServer server)
{
    const string WrongPassword = "wr0ng-Secret-word";

    [Theory]
    [InlineData(ErrorCodes.SourceUnreachable)]
    [InlineData(ErrorCodes.SourceLoginRefused)]
    [InlineData(ErrorCodes.SourceNotConfigured)]
    [InlineData(ErrorCodes.TargetUnreachable)]
    [InlineData(ErrorCodes.TargetLoginRefused)]
    [InlineData(ErrorCodes.TargetNotConfigured)]
    public async Task A_start_is_refused_with_code_and_remedy_and_without_secrets_when_a_database_cannot_be_used(
        string code)
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        Break(scenario, code);
        var api = await scenario.HostAsync();
        Answer[] answers =
            [await api.PostAsync("migrations", Schools.Request), await api.GetAsync("health/connections")];
        foreach (var answer in answers)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.Equal([code], answer.Codes);
            Assert.NotEmpty(answer.Json.GetProperty("problems")[0].GetProperty("remedy").GetString()!);
            Assert.DoesNotContain("assword=", answer.Text, StringComparison.Ordinal);
            Assert.All(
                Secrets(scenario), secret => Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal));
        }
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
    }

    [Fact]
    public async Task A_missing_privilege_fails_the_run_in_preflight_and_names_what_to_grant()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await scenario.Target.ExecuteAsync("REVOKE INSERT ON school.student FROM migration_writer, migration_direct");
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.Equal(States.Failed, status.Status);
        Assert.Contains(ErrorCodes.TargetPrivilegeMissing, status.Failure, StringComparison.Ordinal);
        var finding = Assert.Single(status.Findings, f => f.Code == ErrorCodes.TargetPrivilegeMissing);
        Assert.Contains("INSERT", finding.Message, StringComparison.Ordinal);
        Assert.Equal(0, status.RowsWritten);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
    }

    static void Break(Scenario scenario, string code)
    {
        var source = new SqlConnectionStringBuilder(scenario.Source.ConnectionString)
        {
            ConnectTimeout = 5, ConnectRetryCount = 0,
        };
        var target = new NpgsqlConnectionStringBuilder(scenario.Target.Writer);
        switch (code)
        {
            case ErrorCodes.SourceUnreachable: source.DataSource = $"127.0.0.1,{UnusedPort()}"; break;
            case ErrorCodes.SourceLoginRefused: source.Password = WrongPassword; break;
            case ErrorCodes.TargetUnreachable: target.Port = UnusedPort(); break;
            case ErrorCodes.TargetLoginRefused: target.Password = WrongPassword; break;
        }
        scenario.Settings["Migration:SourceConnection"] =
            code == ErrorCodes.SourceNotConfigured ? $"Password={WrongPassword};nonsense" : source.ConnectionString;
        scenario.Settings["Migration:TargetConnection"] =
            code == ErrorCodes.TargetNotConfigured ? $"Password={WrongPassword};nonsense" : target.ConnectionString;
    }

    static IEnumerable<string> Secrets(Scenario scenario) =>
    [
        WrongPassword, Api.Key, new SqlConnectionStringBuilder(scenario.Source.ConnectionString).Password,
        new NpgsqlConnectionStringBuilder(scenario.Target.Writer).Password!,
        new NpgsqlConnectionStringBuilder(scenario.Target.Direct).Password!,
    ];

    static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
