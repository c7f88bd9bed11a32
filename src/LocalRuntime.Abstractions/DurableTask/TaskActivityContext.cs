namespace Microsoft.DurableTask;

/// <summary>One execution of an activity. There may be several for one call: at least once is the guarantee.</summary>
public abstract class TaskActivityContext
{
    protected TaskActivityContext()
    {
    }

    public abstract TaskName Name { get; }

    /// <summary>Id of the orchestration that called.</summary>
    public abstract string InstanceId { get; }

    public virtual string Version => string.Empty;
}
