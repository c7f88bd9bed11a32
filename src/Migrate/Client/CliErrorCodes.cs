namespace Migrate.Client;

/// <summary>MIG6xxx: the command line and its way to the service.</summary>
public static class CliErrorCodes
{
    /// <summary>The command line is not valid.</summary>
    public const string Usage = "MIG6001";

    /// <summary>No connection to the service.</summary>
    public const string Unreachable = "MIG6002";

    /// <summary>The service did not answer in time.</summary>
    public const string TimedOut = "MIG6003";

    /// <summary>The service refused the function key, or got none.</summary>
    public const string KeyRefused = "MIG6004";

    /// <summary>What answered does not speak as the migration service does.</summary>
    public const string UnexpectedAnswer = "MIG6005";

    /// <summary>The service failed without saying why.</summary>
    public const string ServiceFailed = "MIG6006";

    /// <summary>No token of Microsoft Entra is to be had for the service.</summary>
    public const string TokenUnavailable = "MIG6998";

    /// <summary>The command failed in a way that nobody foresaw.</summary>
    public const string Unforeseen = "MIG6999";
}
