using System.Diagnostics;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Tests.Mapping;
using MigrationFunctions.Core.Tests.Reporting;

namespace MigrationFunctions.Core.Tests.Diagnostics;

public sealed class TracingTests : IDisposable
{
    const string Start = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == Tracing.Name,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public TracingTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void A_batch_that_its_host_calls_without_a_context_stands_under_its_runs_start()
    {
        Activity.Current = null;

        using var span = Begin(Start);

        Assert.Equal("0af7651916cd43dd8448eb211c80319c", span.TraceId.ToString());
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToString());
    }

    [Fact]
    public void A_batch_that_its_host_calls_in_a_span_stands_under_that()
    {
        using var around = new Activity("activity:MigrateBatch").Start();

        using var span = Begin(Start);

        Assert.Equal(around.SpanId, span.ParentSpanId);
        Assert.Equal(span.Id, Tracing.Here);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("00-nonsense")]
    public void Without_either_it_begins_a_trace(string? trace)
    {
        Activity.Current = null;

        using var span = Begin(trace);

        Assert.Equal(default, span.ParentSpanId);
    }

    static Activity Begin(string? trace)
    {
        var run = Samples.Run with { Trace = trace };
        return Tracing.StartBatch(run, run.Slice(SampleEntity.District.Id, SampleEntity.District.Key, "student"), 1)!;
    }
}
