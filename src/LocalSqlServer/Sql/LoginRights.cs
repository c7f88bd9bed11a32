using LocalSqlServer.Storage;

namespace LocalSqlServer.Sql;

/// <summary>What the login may do: read everything that exists, and what the database's description adds. Statements are
/// not held against it.</summary>
static class LoginRights
{
    static readonly string[] Reading = ["SELECT", "VIEW DEFINITION", "CONNECT", "VIEW DATABASE STATE"];
    static readonly string[] Writing = ["INSERT", "UPDATE", "DELETE"];

    /// <summary>As HAS_PERMS_BY_NAME answers: NULL for an object or a column that does not exist.</summary>
    public static long? HasPermission(
        LegacyDatabase database, string? securable, string? kind, string? permission, string? column)
    {
        if (Same(kind, "OBJECT") && securable is not null)
        {
            if (Catalogue.ObjectId(database, securable) is not { } id)
                return null;
            var table = Catalogue.ObjectOf(database, id.ToString(System.Globalization.CultureInfo.InvariantCulture))!;
            if (column is not null && !table.Columns.Any(c => database.Names.Equals(c.Name, column)))
                return null;
            var place = $"{permission} {table.Schema}.{table.Name}";
            if (database.LoginPermissions.Contains(place) || database.LoginPermissions.Contains($"{place}.{column}"))
                return 1;
        }
        return Allows(database, permission ?? "") ? 1 : 0;
    }

    public static long IsMember(LegacyDatabase database, string? role) => role is not null && IsIn(database, role) ? 1 : 0;

    static bool Allows(LegacyDatabase database, string permission) =>
        Reading.Contains(permission, StringComparer.OrdinalIgnoreCase)
        || IsIn(database, "db_owner")
        || database.LoginPermissions.Contains(permission)
        || Writing.Contains(permission, StringComparer.OrdinalIgnoreCase) && IsIn(database, "db_datawriter")
        || Same(permission, "ALTER") && IsIn(database, "db_ddladmin");

    // A sysadmin enters every database as its owner.
    static bool IsIn(LegacyDatabase database, string role) =>
        database.LoginRoles.Contains(role)
        || (Same(role, "db_owner") && database.LoginRoles.Contains("sysadmin"));

    static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
