namespace MigrationFunctions.Contracts;

/// <summary>The addresses by which Durable Task itself follows and steers an instance (Durable Functions, HTTP API reference);
/// they hold a key.</summary>
public sealed record ManagementUris(
    string Id, string StatusQueryGetUri, string SendEventPostUri, string TerminatePostUri, string SuspendPostUri,
    string ResumePostUri, string PurgeHistoryDeleteUri);
