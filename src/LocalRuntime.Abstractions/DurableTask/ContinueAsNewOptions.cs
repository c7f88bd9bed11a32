namespace Microsoft.DurableTask;

/// <summary>How an orchestration begins anew.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; set; }

    /// <summary>Null keeps the version.</summary>
    public string? NewVersion { get; set; }

    /// <summary>Whether events that nobody waited for go on to the next execution; true unless set.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;
}
