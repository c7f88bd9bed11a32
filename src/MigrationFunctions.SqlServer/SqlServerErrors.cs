using System.ComponentModel;
using System.Net.Sockets;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.SqlServer;

/// <summary>Turns failures of the driver into coded failures. Only a lost connection, a deadlock, a time-out and a busy
/// server are transient; what the server says about a statement is final. Words of the server that may quote a row are never
/// passed on, only the error's number.</summary>
static class SqlServerErrors
{
    const int ClientTimeout = -2;

    // A database in recovery, a replica that changes its role, a server that starts, pauses or stops (sys.messages). They come
    // with a login, too, before the error by which it is refused.
    static readonly int[] RecoveryNumbers =
        [913, 921, 922, 927, 976, 978, 979, 980, 981, 982, 983, 988, 5011, 6005, 9001, 17142, 17187, 18401];

    // Numbers from "Troubleshoot transient connection errors" (Azure SQL) and sys.messages: connections, locks, memory.
    static readonly HashSet<int> TransientNumbers =
    [
        ClientTimeout, 20, 64, 121, 233, 258, 701, 802, 1204, 1205, 1222, 3960, 3961, 4221, 8628, 8645, 8651, 10053, 10054,
        10060, 10928, 10929, 10936, 17197, 40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
        .. RecoveryNumbers,
    ];

    // Texts of sys.messages that quote a value: conversions, overflows, truncations, duplicate keys, JSON, CLR.
    static readonly HashSet<int> QuotingNumbers = [220, 232, 244, 245, 248, 1505, 2601, 2627, 2628, 6522, 13609];

    // "User-defined error messages" begin here (RAISERROR, THROW): what the database's own code says.
    const int FirstOfUsers = 50_000;

    static readonly HashSet<int> LoginNumbers = [4060, 4062, 4064, 18450, 18452, 18456, 18461, 18486, 18487, 18488];

    /// <summary>True for what the driver throws; a cancellation asked for by the caller is not a failure.</summary>
    public static bool IsSourceFailure(Exception e, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && e is SqlException or InvalidOperationException or IOException or SocketException or Win32Exception;

    /// <summary>The server will not have the login.</summary>
    public static bool IsRefusedLogin(Exception e) => RefusalOf(e) is not null;

    public static MigrationException OnConnect(Exception e, string endpoint) => e switch
    {
        _ when RefusalOf(e) is { } refused =>
            new MigrationException(
                new Problem(
                    ErrorCodes.SourceLoginRefused, endpoint, $"The source refused the login (error {refused.Number}).",
                    "Check user, credential and database in Migration:SourceConnection, and that the login is mapped to a "
                    + "user."),
                inner: e),
        _ => new MigrationException(
            new Problem(
                ErrorCodes.SourceUnreachable, endpoint, $"The source cannot be reached: {Describe(e)}",
                "Check server name, port, firewall, and Encrypt/TrustServerCertificate in Migration:SourceConnection."),
            isTransient: true, e),
    };

    public static MigrationException OnCommand(Exception e, string place)
    {
        var transient = IsTransient(e);
        return new MigrationException(
            new Problem(
                transient ? ErrorCodes.SourceTransient : ErrorCodes.SourceCommandFailed, place, Describe(e),
                transient ? "The call is retried; if it persists, look at blocking, network and load on the source."
                    : "Read the server's message; correct the manifest or the source, then start again."),
            transient, QuotesRow(e) ? null : e);
    }

    // SqlClient reports a connection that died while rows were read with class 20 and up, or as a bare I/O failure.
    static bool IsTransient(Exception e) => e switch
    {
        SqlException sql => sql.Class >= 20
            || sql.Errors.Cast<SqlError>().Any(x => TransientNumbers.Contains(x.Number))
            || sql.InnerException is IOException or SocketException,
        IOException or SocketException or Win32Exception => true,
        InvalidOperationException => e.Message.Contains("connection", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    static SqlError? RefusalOf(Exception e) =>
        e is SqlException sql && !sql.Errors.Cast<SqlError>().Any(x => RecoveryNumbers.Contains(x.Number))
            ? sql.Errors.Cast<SqlError>().FirstOrDefault(x => LoginNumbers.Contains(x.Number))
            : null;

    static bool QuotesRow(Exception e) => e is SqlException sql
        && sql.Errors.Cast<SqlError>().Any(x => x.Number >= FirstOfUsers || QuotingNumbers.Contains(x.Number));

    static string Describe(Exception e) => e is not SqlException sql ? e.Message
        : QuotesRow(e) ? $"error {sql.Number}: the source refused a value or a statement, in words that may quote a row."
        : $"error {sql.Number}: {sql.Message}";
}
