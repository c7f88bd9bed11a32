using System.Diagnostics;
using MigrationFunctions.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Migrate.Tests.Telemetry;

/// <summary>What a host or driver writes into its spans goes out without its words.</summary>
public sealed class QuietSpansTests
{
    [Theory]
    [InlineData("Microsoft.Azure.Functions.Worker", "MIG4003 school.student: no place for Okonkwo.", null, "MIG4003")]
    [InlineData("Microsoft.DurableTask", "Task 'MigrateBatch' failed: Okonkwo", null, null)]
    [InlineData("Npgsql", "22P02: invalid input syntax for type integer: Okonkwo", "22P02", "22P02")]
    [InlineData("OpenTelemetry.Instrumentation.SqlClient", "Conversion failed when converting 'Okonkwo'", "245", "245")]
    public void A_failure_is_left_with_its_code_alone(string source, string words, string? code, string? left)
    {
        using var spans = new ActivitySource(source);
        var sent = new List<Activity>();
        using (Sdk.CreateTracerProviderBuilder().AddSource(source).AddProcessor(new QuietSpans()).AddInMemoryExporter(sent).Build())
        using (var span = spans.StartActivity("call"))
            span!.SetTag("db.response.status_code", code).SetStatus(ActivityStatusCode.Error, words);

        var only = Assert.Single(sent);
        Assert.Equal((ActivityStatusCode.Error, left), (only.Status, only.StatusDescription));
    }

    [Fact]
    public void A_drivers_statement_loses_its_literals_and_parameters()
    {
        using var spans = new ActivitySource("OpenTelemetry.Instrumentation.SqlClient");
        var sent = new List<Activity>();
        using (Sdk.CreateTracerProviderBuilder().AddSource(spans.Name).AddProcessor(new QuietSpans()).AddInMemoryExporter(sent).Build())
        using (var span = spans.StartActivity("call"))
            span!.SetTag("db.query.text", "SELECT 'Okonkwo'").SetTag("db.query.parameter.@name", "Okonkwo").SetTag("db.namespace", "d");

        Assert.Equal(
            [("db.query.text", "SELECT ?"), ("db.namespace", "d")],
            Assert.Single(sent).TagObjects.Select(t => (t.Key, t.Value as string)));
    }

    [Fact]
    public void A_span_that_succeeded_keeps_what_it_has()
    {
        using var spans = new ActivitySource("Microsoft.Azure.Functions.Worker");
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == spans.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var span = spans.StartActivity("call")!.SetTag("faas.name", "MigrateBatch").SetStatus(ActivityStatusCode.Ok);

        new QuietSpans().OnEnd(span);

        Assert.Equal((ActivityStatusCode.Ok, "MigrateBatch"), (span.Status, span.GetTagItem("faas.name")));
    }
}
