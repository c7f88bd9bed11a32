using System.Text;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Ledger;
using Npgsql;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>What must never leave the two databases: passwords, and the pupils' own data.</summary>
public sealed class SecrecyTests(TargetServer server)
{
    const string Planted = "Zyx-Planted-Surname-8812";
    const string Spoilt = "Qwv-Spoilt-Surname-4471";

    [Fact]
    public async Task Neither_history_nor_log_nor_answers_have_secrets_or_personal_data()
    {
        var legacy = Schools.Create();
        var changed = 0;
        legacy.Table("dbo.Student").Update(
            row => Equals(row["DistrictID"], 1) && changed++ < 20,
            row => (row["LastName"], row["FirstName"]) = changed % 2 == 0 ? (Planted, "Ana") : (Spoilt, "with\0nul"));
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, legacy);
        // A row that the target refuses makes the server's message quote it.
        await scenario.Target.ExecuteAsync(
            $"ALTER TABLE school.student ADD CHECK (last_name <> '{Planted}' OR legacy_id % 2 = 0)");
        scenario.Source.Faults.Deadlock(contains: "[Gpa]", occurrence: 2);
        var service = scenario.Serve();
        var api = scenario.Client(await service.AddressAsync());
        var started = await api.PostAsync("migrations", Schools.Request);
        var runId = started.Json.GetProperty("runId").GetString()!;
        Assert.Equal(States.CompletedWithRejects, (await api.EndAsync(runId)).Status);
        var answers = new StringBuilder(started.Text);
        foreach (var path in new[]
        {
            $"migrations/{runId}", $"migrations/{runId}/report", $"migrations/{runId}/report?format=json",
            $"migrations/{runId}/report?format=html", $"migrations/{runId}/rejects", "migrations", "audit", "health/connections",
            "manifests",
        })
            answers.Append((await api.GetAsync(path)).Text);
        await service.KillAsync();

        string[] secrets =
        [
            Planted, Spoilt, new SqlConnectionStringBuilder(scenario.Source.ConnectionString).Password,
            new NpgsqlConnectionStringBuilder(scenario.Target.Writer).Password!,
            new NpgsqlConnectionStringBuilder(scenario.Target.Direct).Password!,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, answers.ToString(), StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, service.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain(Api.Key, answers.ToString() + service.Errors, StringComparison.Ordinal);
        var files = Directory.GetFiles(scenario.HubFolder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
                Assert.All(secrets, secret => Assert.True(
                    bytes.AsSpan().IndexOf(encoding.GetBytes(secret)) < 0, $"{Path.GetFileName(file)} has {secret}"));
        }
        // The search can find: the run's id is in the history.
        Assert.Contains(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(runId)) >= 0);
    }
}
