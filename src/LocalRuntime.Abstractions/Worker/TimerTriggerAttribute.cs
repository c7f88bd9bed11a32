using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Starts a function by a schedule: an NCRONTAB expression of six fields (seconds first), or <c>%Setting%</c> to take
/// it from the configuration. Times are UTC.
/// </summary>
public sealed class TimerTriggerAttribute : TriggerBindingAttribute
{
    public TimerTriggerAttribute(string schedule) => Schedule = schedule;

    public string Schedule { get; }

    /// <summary>Runs the function once when the host starts, besides its schedule.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>
    /// Keeps the schedule's status on disk, so that an occurrence missed while the host was down is made up for once.
    /// </summary>
    public bool UseMonitor { get; set; } = true;
}
