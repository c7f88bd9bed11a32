using LocalSqlServer.Ddl;

namespace LegacyServers;

/// <summary>The T-SQL for what a server needs besides its databases.</summary>
static class ServerScript
{
    /// <summary>Each new database is a copy of model, which two sessions cannot copy at once (error 1807). The lock is of the
    /// session, and ends with it.</summary>
    public const string CreateOneAtATime =
        """
        EXEC sp_getapplock @Resource = N'MigrationFunctions tests create a database', @LockMode = 'Exclusive',
          @LockOwner = 'Session', @LockTimeout = 600000
        """;

    /// <summary>1 where the session may make logins that a password opens.</summary>
    public const string CanMakeLogins =
        """
        SELECT CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'ALTER ANY LOGIN') = 1
                     AND CAST(SERVERPROPERTY('IsIntegratedSecurityOnly') AS int) = 0 THEN 1 ELSE 0 END
        """;

    /// <summary>The session's login.</summary>
    public const string Login = "SELECT SUSER_SNAME()";

    public static string CreateLogin(string name, string password) =>
        $"CREATE LOGIN {DatabaseScript.Quote(name)} WITH PASSWORD = N'{password.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>To be run in the database: the login may read all tables, and do nothing else.</summary>
    public static IReadOnlyList<string> GrantReading(string login) =>
    [
        $"CREATE USER {DatabaseScript.Quote(login)} FOR LOGIN {DatabaseScript.Quote(login)}",
        $"ALTER ROLE db_datareader ADD MEMBER {DatabaseScript.Quote(login)}",
    ];

    public static string DropLogin(string name) => $"DROP LOGIN {DatabaseScript.Quote(name)}";
}
