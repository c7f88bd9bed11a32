using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer;

/// <summary>Asks SQL Server what the login may do, and whether it gets masks for values. Needs no right but to be connected
/// (Transact-SQL reference: HAS_PERMS_BY_NAME, IS_ROLEMEMBER, IS_SRVROLEMEMBER).</summary>
sealed class SourcePrivileges(SqlServerConnections connections, int commandTimeoutSeconds)
{
    /// <summary>Fixed roles by what they give, the widest first: one that gives all the others is enough to tell.</summary>
    static readonly (string Role, string What)[] DatabaseRoles =
    [
        ("db_datawriter", "may write every table (db_datawriter)"),
        ("db_ddladmin", "may alter every table (db_ddladmin)"),
        ("db_securityadmin", "may grant (db_securityadmin)"),
    ];

    static readonly string[] WritingPermissions = ["INSERT", "UPDATE", "DELETE", "ALTER"];

    public Task<IReadOnlyList<ExcessivePrivilege>> FindExcessiveAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ExcessivePrivilege>>("permissions of the login", query =>
        {
            var login = $"login {query.Ask<string>("SELECT SUSER_SNAME()")}";
            // In Azure SQL Database, which has no such role, the answer is always 0.
            if (query.Ask<int?>("SELECT IS_SRVROLEMEMBER('sysadmin')") == 1)
                return [new(login, "is a sysadmin", "ALTER SERVER ROLE sysadmin DROP MEMBER the login.")];
            if (IsMember(query, "db_owner"))
                return [new(login, "is a db_owner", "ALTER ROLE db_owner DROP MEMBER the login's user.")];
            if (query.Ask<int?>("SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CONTROL')") == 1)
                return [new(login, "has CONTROL of the database", "REVOKE CONTROL from the login's user.")];
            var found = new List<ExcessivePrivilege>();
            foreach (var (role, what) in DatabaseRoles)
                if (IsMember(query, role))
                    found.Add(new(login, what, $"ALTER ROLE {role} DROP MEMBER the login's user."));
            // A role that writes every table is told once, not again for each table.
            if (found.Count == 0)
                foreach (var table in tables)
                    if (Writes(query, table) is { Count: > 0 } writes)
                        found.Add(new(
                            login, $"has {string.Join(", ", writes)} on {table}",
                            $"REVOKE {string.Join(", ", writes)} ON {table} FROM the login's user."));
            return found;
        }, cancellationToken);

    /// <summary>A server that knows no masking answers NULL for a permission that it does not know.</summary>
    public Task<IReadOnlyList<string>> FindMaskedAsync(string table, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<string>>(table, query =>
        {
            if (query.Ask<int?>("SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UNMASK')") is not 0)
                return [];
            var masked = query.List<string>(
                """
                SELECT c.name FROM sys.columns AS c
                JOIN sys.objects AS o ON o.object_id = c.object_id
                JOIN sys.schemas AS s ON s.schema_id = o.schema_id
                WHERE s.name = @schema AND o.name = @name AND c.is_masked = 1
                ORDER BY c.column_id
                """, new { schema = table.Split('.', 2)[0], name = table.Split('.', 2)[1] });
            var unreadable = new List<string>();
            foreach (var column in masked)
                // From SQL Server 2022 on UNMASK can be granted for a schema, a table or a column.
                if (query.Ask<int?>(
                    "SELECT HAS_PERMS_BY_NAME(@table, 'OBJECT', 'UNMASK', @column, 'COLUMN')",
                    new { table = SourceSql.Table(table), column }) != 1)
                    unreadable.Add(column);
            return unreadable;
        }, cancellationToken);

    static bool IsMember(CatalogQuery query, string role) =>
        query.Ask<int?>("SELECT IS_ROLEMEMBER(@role)", new { role }) == 1;

    static List<string> Writes(CatalogQuery query, string table)
    {
        var writes = new List<string>();
        foreach (var permission in WritingPermissions)
            if (query.Ask<int?>(
                "SELECT HAS_PERMS_BY_NAME(@table, 'OBJECT', @permission)",
                new { table = SourceSql.Table(table), permission }) == 1)
                writes.Add(permission);
        return writes;
    }

    Task<T> RunAsync<T>(string place, Func<CatalogQuery, T> ask, CancellationToken cancellationToken) =>
        CatalogQuery.RunAsync(connections, commandTimeoutSeconds, place, ask, cancellationToken);
}
