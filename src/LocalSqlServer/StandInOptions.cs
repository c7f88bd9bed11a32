using LocalSqlServer.Storage;

namespace LocalSqlServer;

/// <summary>How the stand-in is started.</summary>
public sealed class StandInOptions
{
    public required LegacyDatabase Database { get; init; }

    /// <summary>TCP port on the loopback address; 0 takes a free one.</summary>
    public int Port { get; init; }

    public string User { get; init; } = "migration_reader";

    /// <summary>Null makes a random password at every start.</summary>
    public string? Password { get; init; }

    /// <summary>Whether a Microsoft Entra token may log in; null refuses all.</summary>
    public Func<string, bool>? AcceptToken { get; init; }

    /// <summary>Encryption of the connection string: the server offers TLS with a self-signed certificate.</summary>
    public bool Encrypt { get; init; } = true;

    /// <summary>False: the server cannot encrypt, as an old one without a certificate.</summary>
    public bool OfferEncryption { get; init; } = true;

    /// <summary>True: the server refuses clients that do not encrypt.</summary>
    public bool RequireEncryption { get; init; }

    /// <summary>The clock of GETDATE() and its like.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
