namespace MigrationFunctions.Core.Diagnostics;

/// <summary>When a credential that is kept now ends.</summary>
/// <param name="Connection">Which connection logs in with it: <c>Source</c>, <c>Target</c>, <c>Direct</c>,
/// <c>Rehearsal</c> or <c>RehearsalDirect</c>.</param>
/// <param name="Kind"><c>secret</c>, of a Key Vault, or <c>token</c>, of Microsoft Entra.</param>
public sealed record CredentialExpiry(string Connection, string Kind, DateTimeOffset ExpiresOn);

/// <summary>What this process knows of the ends of its credentials.</summary>
public interface ICredentialExpiry
{
    /// <summary>Every credential that was fetched and has an end, as known now; never waits. A secret without an end
    /// of validity and a credential that nobody needed yet are absent.</summary>
    IReadOnlyList<CredentialExpiry> Known { get; }
}
