namespace MigrationFunctions.Core.Connections;

/// <summary>What a connection string says that decides how it authenticates and whether it may be used in production;
/// none of its values.</summary>
/// <param name="HasPassword">It holds a password, or names a file with one.</param>
/// <param name="HasUser">It names who logs in.</param>
/// <param name="IsIntegrated">The operating system logs in.</param>
public sealed record ConnectionTraits(bool HasPassword, bool HasUser, bool IsIntegrated = false)
{
    /// <summary>Why others on the way could read or answer for the server; null when they cannot, or when nothing
    /// leaves the machine.</summary>
    public string? Exposure { get; init; }

    /// <summary>What to put into the string against the exposure.</summary>
    public string? Protection { get; init; }

    /// <summary>True for a name or an address of this machine.</summary>
    public static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host is "." or "(local)"
        || System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address);
}
