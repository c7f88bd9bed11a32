using LocalRuntime.Storage;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Engine;

/// <summary>
/// Sorts the messages that wait for an instance: what goes to its code now, what a suspension holds back, what is
/// stale.
/// </summary>
sealed record Inbox
{
    /// <summary>For the code, in order.</summary>
    public required IReadOnlyList<Message> Deliver { get; init; }

    /// <summary>
    /// To be deleted with the turn's commit: delivered, stale and control messages. What is held back stays.
    /// </summary>
    public required IReadOnlyList<long> Consumed { get; init; }

    /// <summary>Whether the instance is suspended afterwards.</summary>
    public required bool Suspended { get; init; }

    /// <summary>Set when the instance is terminated; nothing is delivered then.</summary>
    public Message? Termination { get; init; }

    public static Inbox Sort(InstanceRecord instance, IReadOnlyList<Message> messages)
    {
        var suspended = instance.Status == OrchestrationRuntimeStatus.Suspended;
        var started = instance.Turns > 0;
        List<Message> deliver = [];
        List<Message> held = [];
        List<long> consumed = [];
        foreach (var message in messages)
        {
            switch (message.Kind)
            {
                case EventKind.Terminate:
                    return new Inbox
                    {
                        Deliver = [],
                        Consumed = [.. messages.Select(every => every.Sequence)],
                        Suspended = false,
                        Termination = message,
                    };
                case EventKind.Suspend:
                    suspended = true;
                    consumed.Add(message.Sequence);
                    break;
                case EventKind.Resume:
                    suspended = false;
                    consumed.Add(message.Sequence);
                    deliver.AddRange(held);
                    held.Clear();
                    break;
                case var _ when message.Execution is { } execution && execution != instance.Execution:
                    consumed.Add(message.Sequence);
                    break;
                default:
                    (suspended ? held : deliver).Add(message);
                    break;
            }
        }

        // Before the start is due, events wait for it.
        if (!started && !deliver.Any(message => message.Kind == EventKind.Start))
        {
            deliver.Clear();
        }

        consumed.AddRange(deliver.Select(message => message.Sequence));
        return new Inbox { Deliver = deliver, Consumed = consumed, Suspended = suspended };
    }
}
