using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>What is left to look at when the work is done: reports, rejected rows, the audit log.</summary>
public sealed class ReportTests(TargetServer server)
{
    [Fact]
    public async Task A_run_leaves_reports_in_every_form_its_rejects_and_an_intact_audit_log()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var run = await api.EndAsync(await api.StartAsync(Schools.Request));
        var reconciliation = await api.ReconcileAsync(new { manifest = "school-district", depth = "counts" });

        var account = $"source {run.RowsSource:N0} = migrated {run.RowsWritten:N0} + rejected {run.RowsRejected:N0} "
            + $"+ filtered {run.RowsFiltered:N0}";
        foreach (var (path, equation) in new[]
        {
            ($"migrations/{run.RunId}", account),
            ($"reconciliations/{reconciliation.ReconciliationId}", account.Replace("migrated", "target", StringComparison.Ordinal)),
        })
        {
            var markdown = await api.GetAsync($"{path}/report");
            var json = await api.GetAsync($"{path}/report?format=json");
            var html = await api.GetAsync($"{path}/report?format=html");
            Assert.Equal(("text/markdown", "application/json", "text/html"), (markdown.ContentType, json.ContentType, html.ContentType));
            Assert.Contains(equation, markdown.Text, StringComparison.Ordinal);
            Assert.Equal(equation, json.Json.GetProperty("account").GetString());
            Assert.True(json.Json.GetProperty("isGood").GetBoolean());
            Assert.Contains(
                XDocument.Parse(html.Text).Descendants(),
                e => e.Value == equation || e.Value.EndsWith(equation, StringComparison.Ordinal));
            using var archive = new ZipArchive(new MemoryStream(await api.BytesAsync($"{path}/report?format=csv")));
            Assert.Contains(archive.Entries, e => e.FullName == "account.csv");
        }

        var rejects = await RejectsAsync(api, $"migrations/{run.RunId}/rejects?take=1000");
        Assert.Equal(run.RowsRejected, rejects.Count);
        var orphan = rejects.First(r => r.Rule == "orphan");
        Assert.Equal(
            rejects.Where(r => r.Rule == "orphan" && r.Entity == orphan.Entity && r.Tenant == orphan.Tenant).Skip(1).Take(2),
            await RejectsAsync(
                api, $"migrations/{run.RunId}/rejects?tenant={orphan.Tenant}&entity={orphan.Entity}&rule=orphan&skip=1&take=2"));

        var entries = (await api.GetAsync($"audit?subject={run.RunId}")).Json.GetProperty("entries");
        Assert.Equal(
            [AuditActions.Start, .. run.Tenants.Select(_ => AuditActions.TenantFinished), AuditActions.Finished],
            entries.EnumerateArray().Select(e => e.GetProperty("entry").GetProperty("action").GetString()));
        Assert.True((await VerifyAsync(api)).IsIntact);
        await scenario.Target.ExecuteAsync(
            "UPDATE migration.batch_state SET digest = overlay(digest PLACING 'ffff' FROM 1) WHERE batch_no = 1 AND entity = 'student'");
        Assert.False((await VerifyAsync(api)).IsIntact);
    }

    [Fact]
    public async Task What_does_not_exist_is_told()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("migrations/none/report")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("reconciliations/none/report?format=html")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("migrations/none/rejects")).Status);
        var form = await api.GetAsync("migrations/none/report?format=pdf");
        Assert.Equal((HttpStatusCode.BadRequest, ErrorCodes.QueryInvalid), (form.Status, form.Codes.Single()));
        Assert.Contains("md, csv, json, html", form.Text, StringComparison.Ordinal);
        var page = await api.GetAsync("audit?take=0&after=x&mode=test");
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Equal(3, page.Codes.Count);
    }

    static async Task<List<RejectLine>> RejectsAsync(Api api, string path) =>
        (await api.GetAsync(path)).Json.GetProperty("rejects").Deserialize<List<RejectLine>>(ManifestJson.Options)!;

    static async Task<AuditVerdict> VerifyAsync(Api api) =>
        (await api.GetAsync("audit/verify")).Json.Deserialize<AuditVerdict>(ManifestJson.Options)!;
}
