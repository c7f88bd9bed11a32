using System.Net.Sockets;
using System.Text.RegularExpressions;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Connections;

/// <summary>Turns failures of the driver into coded failures. Details of a server error may quote a row: they are never
/// passed on, only SQLSTATE, the names of constraint and column, and the message where it cannot hold a
/// value.</summary>
static partial class PostgresErrors
{
    /// <summary>True for what the driver throws; a cancellation asked for by the caller is not a failure.</summary>
    public static bool IsTargetFailure(Exception e, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && e is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>The server will not have the password or token that came with the login.</summary>
    public static bool IsRefusedPassword(Exception e) => e is PostgresException
    {
        SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification,
    };

    public static MigrationException OnConnect(Exception e, string endpoint) => e switch
    {
        // The driver wraps what the credential's issuer said.
        NpgsqlException { InnerException: MigrationException noCredential } => noCredential,
        PostgresException { SqlState: [ '2', '8', .. ] or PostgresErrorCodes.InvalidCatalogName
            or PostgresErrorCodes.InsufficientPrivilege } refused => new MigrationException(
                new Problem(
                    ErrorCodes.TargetLoginRefused, endpoint,
                    $"The target refused the login (SQLSTATE {refused.SqlState}).",
                    "Check user, credential, database and pg_hba.conf for the target's connection settings."),
                inner: e),
        _ => new MigrationException(
            new Problem(
                ErrorCodes.TargetUnreachable, endpoint, $"The target cannot be reached: {Describe(e)}",
                "Check host name, port, firewall and SSL Mode in the target's connection settings."),
            isTransient: true, e),
    };

    public static MigrationException OnCommand(Exception e, string place)
    {
        if (e is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } denied)
            return new MigrationException(
                new Problem(
                    ErrorCodes.TargetPrivilegeMissing, place, Describe(denied),
                    "Grant the role what preflight lists, or use the role that was meant. If a row-level security "
                    + "policy refused the row, it asks for something else than the batch's tenant in the manifest's tenantSetting."),
                inner: e);
        if (e is PostgresException { SqlState: IllegalMoveState } move)
            return new MigrationException(
                new Problem(
                    ErrorCodes.IllegalMove, place, move.MessageText,
                    "Nothing was changed. Look at its status: what asked came too late, or twice."),
                inner: e);
        var transient = IsTransient(e);
        return new MigrationException(
            new Problem(
                transient ? ErrorCodes.TargetTransient : ErrorCodes.TargetCommandFailed, place, Describe(e),
                transient ? "The call is retried; if it persists, look at locks, network and load on the target."
                    : "Read the server's message; correct the manifest or the target, then start again."),
            transient, WithoutRow(e));
    }

    // Raised by migration.follow.
    const string IllegalMoveState = "XXM01";

    /// <summary>SQLSTATEs by which a value, a constraint or a trigger refuses a row, as a regular expression of .NET
    /// and PostgreSQL alike: classes 22, 23 and 44, a row or an index entry too large for its page, RAISE EXCEPTION, and
    /// classes that PostgreSQL leaves to its users (PostgreSQL documentation, Appendix A).</summary>
    public const string RefusedRowPattern = "^(22|23|44|54000|P0001|(?!5[34578]|72|P0|XX)[5-9I-Z])";

    /// <summary>A value or a constraint was refused: the rows are at fault, not the connection or the
    /// statement.</summary>
    public static bool IsRefusedRow(PostgresException e) => RefusedRow().IsMatch(e.SqlState);

    /// <summary>The rule under which a refused row is stored.</summary>
    public static string RuleOf(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.NotNullViolation => RejectRules.NotNull,
        PostgresErrorCodes.CheckViolation => RejectRules.Check,
        PostgresErrorCodes.UniqueViolation => RejectRules.Unique,
        PostgresErrorCodes.ForeignKeyViolation => RejectRules.Orphan,
        PostgresErrorCodes.ExclusionViolation => RejectRules.Exclusion,
        PostgresErrorCodes.StringDataRightTruncation => RejectRules.TooLong,
        PostgresErrorCodes.NumericValueOutOfRange => RejectRules.OutOfRange,
        PostgresErrorCodes.ProgramLimitExceeded => RejectRules.TooLarge,
        _ => RejectRules.Refused,
    };

    /// <summary>What refused a row. The server's own words may quote a value of it, so they are not repeated.</summary>
    public static string Describe(string sqlState, string place) =>
        $"SQLSTATE {sqlState}: the target refused a row ({RuleOf(sqlState)}{(place.Length > 0 ? ", " : "")}{place}).";

    public static string Describe(Exception e) => e switch
    {
        PostgresException refused when IsRefusedRow(refused) =>
            Describe(refused.SqlState, refused.ColumnName ?? refused.ConstraintName ?? ""),
        PostgresException server => $"SQLSTATE {server.SqlState}: {server.MessageText}",
        _ => e.Message,
    };

    // What refuses a row may quote it, and whoever logs an exception logs its inner one as well.
    static Exception WithoutRow(Exception e) => e is PostgresException server && IsRefusedRow(server)
        ? new PostgresException(Describe(server), server.Severity, server.InvariantSeverity, server.SqlState)
        : e;

    /// <summary>The server answers as a standby does: the session was opened before a failover, or the address still leads to
    /// the server that was the primary.</summary>
    public static bool IsReadOnlyServer(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction };

    // Connections that broke (class 08), resources that ran out (53), a server that stops, starts or fails over (57P0x, 25006),
    // locks that were not granted in time, and what Npgsql knows besides.
    static bool IsTransient(Exception e) => e switch
    {
        PostgresException server => server.IsTransient || IsReadOnlyServer(server) || server.SqlState is
            [ '0', '8', .. ] or [ '5', '3', .. ] or [ '5', '7', 'P', '0', not '4' ]
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.QueryCanceled,
        NpgsqlException driver => driver.IsTransient
            || driver.InnerException is IOException or SocketException or TimeoutException,
        _ => true,
    };

    [GeneratedRegex(RefusedRowPattern)]
    private static partial Regex RefusedRow();
}
