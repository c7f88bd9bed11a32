namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Addresses by which a caller of an HTTP function follows and steers the orchestration that it started.
/// </summary>
public class HttpManagementPayload
{
    public string? Id { get; internal set; }

    public string? StatusQueryGetUri { get; internal set; }

    public string? SendEventPostUri { get; internal set; }

    public string? TerminatePostUri { get; internal set; }

    /// <summary>Always null: rewinding is no part of this API's management endpoints.</summary>
    public string? RewindPostUri { get; internal set; }

    public string? PurgeHistoryDeleteUri { get; internal set; }

    /// <summary>Always null: restarting is no part of this API's management endpoints.</summary>
    public string? RestartPostUri { get; internal set; }

    public string? SuspendPostUri { get; internal set; }

    public string? ResumePostUri { get; internal set; }
}
