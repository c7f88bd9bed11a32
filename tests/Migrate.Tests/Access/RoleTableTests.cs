using MigrationFunctions.Http.Access;

namespace Migrate.Tests.Access;

/// <summary>Who gets what: every HTTP function by every kind of caller. 503 is the answer to one who is let in and finds no
/// database, 400 to one whose request is then read.</summary>
public sealed class RoleTableTests
{
    const string Broken = "{";

    // Columns: no principal, a role of another app, Reader, Operator, Approver.
    static readonly (string Function, string Call, string? Body, int[] Statuses)[] Table =
    [
        ("Live", "GET health/live", null, [200, 200, 200, 200, 200]),
        ("Connections", "GET health/connections", null, [401, 403, 503, 503, 503]),
        ("DescribeApi", "GET openapi.json", null, [401, 403, 200, 200, 200]),
        ("ListManifests", "GET manifests", null, [401, 403, 200, 200, 200]),
        ("ValidateManifest", "POST manifests/validate", Broken, [401, 403, 400, 400, 400]),
        ("StartMigration", "POST migrations", Broken, [401, 403, 403, 400, 400]),
        ("ListMigrations", "GET migrations", null, [401, 403, 503, 503, 503]),
        ("GetMigration", "GET migrations/1", null, [401, 403, 503, 503, 503]),
        ("AdjustMigration", "PATCH migrations/1", Broken, [401, 403, 403, 400, 400]),
        ("SuspendMigration", "POST migrations/1/suspend", null, [401, 403, 403, 503, 503]),
        ("ResumeMigration", "POST migrations/1/resume", null, [401, 403, 403, 503, 503]),
        ("TerminateMigration", "POST migrations/1/terminate", null, [401, 403, 403, 503, 503]),
        ("ReportMigration", "GET migrations/1/report", null, [401, 403, 503, 503, 503]),
        ("ListRejects", "GET migrations/1/rejects", null, [401, 403, 503, 503, 503]),
        ("StartReconciliation", "POST reconciliations", Broken, [401, 403, 403, 400, 400]),
        ("ListReconciliations", "GET reconciliations", null, [401, 403, 503, 503, 503]),
        ("GetReconciliation", "GET reconciliations/1", null, [401, 403, 503, 503, 503]),
        ("ReportReconciliation", "GET reconciliations/1/report", null, [401, 403, 503, 503, 503]),
        ("StartRepair", "POST reconciliations/1/repair", "{}", [401, 403, 403, 503, 503]),
        ("StartRepair", "POST reconciliations/1/repair", """{"deleteExtra":true}""", [401, 403, 403, 403, 503]),
        ("StartRepair", "POST reconciliations/1/repair", """{"deleteForeign":true}""", [401, 403, 403, 403, 503]),
        ("StartRepair", "POST reconciliations/1/repair", """{"deleteExtra":true,"dryRun":true}""", [401, 403, 403, 503, 503]),
        ("GetRepair", "GET reconciliations/1/repair", null, [401, 403, 503, 503, 503]),
        ("FindByLegacyId", "GET mappings/student/1/1", null, [401, 403, 503, 503, 503]),
        ("FindByLegacyKey", "GET mappings/student?tenant=1&legacyId=1", null, [401, 403, 503, 503, 503]),
        ("FindById", "GET mappings/student/6f1c7d0e-5a35-5a0b-9b6c-3f8f2a1d4e77", null, [401, 403, 503, 503, 503]),
        ("ListAudit", "GET audit", null, [401, 403, 503, 503, 503]),
        ("VerifyAudit", "GET audit/verify", null, [401, 403, 503, 503, 503]),
    ];

    static readonly (string Name, string? Principal)[] Callers =
    [
        ("no principal", null),
        ("unrelated", Principals.User("una", "Payroll.Admin", "migration.approver", "Migration.Anyone")),
        ("reader", Principals.User("rea", "Migration.Reader")),
        ("operator", Principals.Application("pipeline", "Migration.Operator")),
        ("approver", Principals.User("ada", "Migration.Approver")),
    ];

    static readonly Dictionary<int, string[]> Codes = new() { [401] = ["MIG6021"], [403] = ["MIG6023"] };

    [Fact]
    public void The_table_has_every_function_that_is_called_by_HTTP() =>
        Assert.Equal(
            HttpFunctions.OfApp().All.Select(f => f.Name).Order(StringComparer.Ordinal),
            Table.Select(row => row.Function).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task With_Entra_every_caller_gets_what_the_role_allows()
    {
        await using var service = await Service.StartAsync(Service.EntraMode);
        List<string> wrong = [];
        foreach (var (function, call, body, statuses) in Table)
            foreach (var ((caller, principal), expected) in Callers.Zip(statuses))
            {
                var answer = await service.SendAsync(call, principal, body);
                if (answer.Status != expected || (Codes.TryGetValue(expected, out var codes) && !codes.Contains(answer.Code)))
                    wrong.Add($"{function} by {caller}: {answer.Status}, not {expected}: {answer.Text}");
            }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Without_the_function_key_a_principal_opens_the_liveness_probe_alone()
    {
        await using var service = await Service.StartAsync(Service.EntraMode);
        foreach (var (function, call, body, _) in Table)
        {
            var answer = await service.SendAsync(call, Callers[^1].Principal, body, key: null);
            Assert.Equal((function, function == "Live" ? 200 : 401), (function, answer.Status));
        }
    }

    [Fact]
    public async Task With_the_function_key_alone_everything_is_open_and_forged_principals_change_nothing()
    {
        await using var service = await Service.StartAsync(Service.KeyMode);
        string?[] principals = [null, "rubbish", Callers[1].Principal];
        foreach (var (function, call, body, statuses) in Table)
            foreach (var principal in principals)
                Assert.Equal(
                    (function, statuses[^1]), (function, (await service.SendAsync(call, principal, body)).Status));
    }

    [Fact]
    public async Task A_refusal_names_the_app_role_that_is_missing()
    {
        await using var service = await Service.StartAsync(Service.EntraMode);
        var refused = await service.SendAsync("POST migrations", Callers[2].Principal, "{}");
        var unknown = await service.SendAsync("POST migrations", null, "{}");
        Assert.Equal("application/problem+json", refused.ContentType);
        Assert.Contains("Migration.Operator", refused.Remedy, StringComparison.Ordinal);
        Assert.Equal("Bearer", unknown.Header("WWW-Authenticate"));
    }

    [Fact]
    public void Functions_that_do_not_say_who_may_call_them_keep_the_app_from_starting()
    {
        Assert.Equal(
            ["KeyWithoutRole", "RoleWithoutKey", "SaysNothing"],
            HttpFunctions.In([typeof(Undecided)]).Check().Select(p => p.Place).Order(StringComparer.Ordinal));
        Assert.All(
            HttpFunctions.In([typeof(Undecided)]).Check(),
            p => Assert.Equal(MigrationFunctions.Core.Errors.ErrorCodes.FunctionWithoutRole, p.Code));
        Assert.Empty(HttpFunctions.OfApp().Check());
        Assert.Throws<InvalidOperationException>(() => HttpFunctions.In([typeof(Undecided)]).Get("SaysNothing"));
        Assert.Throws<InvalidOperationException>(() => HttpFunctions.OfApp().Get("NotThere"));
    }
}
