using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Makes the function an orchestrator: its code is replayed from history, so it must be deterministic and may await
/// only what its context hands out.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    public OrchestrationTriggerAttribute()
    {
    }

    /// <summary>Name of the orchestrator; the function's name unless given.</summary>
    public string? Orchestration { get; set; }
}

/// <summary>
/// Makes the function an activity: it runs at least once for each call, so its effects must be idempotent.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    public ActivityTriggerAttribute()
    {
    }

    /// <summary>Name of the activity; the function's name unless given.</summary>
    public string? Activity { get; set; }
}

/// <summary>Hands the function a client of the task hub.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    public DurableClientAttribute()
    {
    }

    public string? TaskHub { get; set; }

    public string? ConnectionName { get; set; }
}
