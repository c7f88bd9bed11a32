using Dapper;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Catalog;

/// <summary>Finds rights that no run needs. All of it stands in the catalogue, which every role may read.</summary>
sealed class TargetPrivileges(PostgresConnections connections)
{
    public async Task<IReadOnlyList<ExcessivePrivilege>> FindExcessiveAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var named = new
        {
            schemas = tables.Select(t => t.Split('.', 2)[0]).ToArray(), names = tables.Select(t => t.Split('.', 2)[1]).ToArray(),
        };
        var found = new List<ExcessivePrivilege>();
        found.AddRange(await QueryAsync(connections.Writer, OfWriter, named, cancellationToken));
        if (connections.HasDirect)
            found.AddRange(await QueryAsync(connections.Direct, OfDirect, named, cancellationToken));
        found.AddRange(await QueryAsync(connections.Writer, OfOthers, named, cancellationToken));
        return found.Distinct().ToList();
    }

    Task<IReadOnlyList<ExcessivePrivilege>> QueryAsync(
        NpgsqlDataSource identity, string sql, object parameters, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<ExcessivePrivilege>>(identity, "privileges", async connection =>
            (await connection.QueryAsync<(string Holder, string What, string Remedy)>(
                new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)))
            .Select(r => new ExcessivePrivilege(r.Holder, r.What, r.Remedy)).ToList(), cancellationToken);

    // By name the server would refuse the question itself where the schema may not be used.
    const string Tables =
        """
        WITH tables AS (
          SELECT c.* FROM unnest(@schemas, @names) AS t(schema, name)
          JOIN pg_namespace AS n ON n.nspname = t.schema
          JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.name)

        """;

    // What an attribute allows stands in "CREATE ROLE"; a member of a role may become it.
    const string Attributes =
        """
        SELECT format('role %s', current_user) AS holder, a.what, format('ALTER ROLE %I %s.', current_user, a.remedy) AS remedy
        FROM pg_roles AS r CROSS JOIN LATERAL (VALUES
          (r.rolsuper, 'is a superuser', 'NOSUPERUSER'),
          (r.rolcreaterole AND NOT r.rolsuper, 'may make roles', 'NOCREATEROLE'),
          (r.rolcreatedb AND NOT r.rolsuper, 'may make databases', 'NOCREATEDB'),
          (r.rolreplication AND NOT r.rolsuper, 'may replicate the server', 'NOREPLICATION')) AS a(has, what, remedy)
        WHERE r.rolname = current_user AND a.has
        """;

    const string OfDirect = Attributes +
        """

        UNION ALL
        SELECT format('role %s', current_user), format('may become superuser %s', s.rolname),
               format('REVOKE %I FROM %I.', s.rolname, current_user)
        FROM pg_roles AS s
        WHERE s.rolsuper AND s.rolname <> current_user AND pg_has_role(s.oid, 'MEMBER')
          AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        """;

    // An owner is not bound by policies unless they are forced, and nobody is by TRUNCATE.
    const string OfWriter = Tables + Attributes +
        """

        UNION ALL
        SELECT format('role %s', current_user), 'has BYPASSRLS', format('ALTER ROLE %I NOBYPASSRLS.', current_user)
        FROM pg_roles WHERE rolname = current_user AND rolbypassrls AND NOT rolsuper
        UNION ALL
        SELECT format('role %s', current_user), format('may become %s, which is not bound by row-level security', s.rolname),
               format('REVOKE %I FROM %I.', s.rolname, current_user)
        FROM pg_roles AS s
        WHERE (s.rolsuper OR s.rolbypassrls) AND s.rolname <> current_user AND pg_has_role(s.oid, 'MEMBER')
          AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        UNION ALL
        SELECT format('role %s', current_user), format('owns %s, whose row-level security does not bind its owner', c.oid::regclass),
               format('ALTER TABLE %s FORCE ROW LEVEL SECURITY.', c.oid::regclass)
        FROM tables AS c
        WHERE NOT c.relforcerowsecurity AND pg_has_role(c.relowner, 'USAGE')
          AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        UNION ALL
        SELECT format('role %s', current_user), format('may TRUNCATE %s, whichever tenant it is', c.oid::regclass),
               format('REVOKE TRUNCATE ON %s FROM %I.', c.oid::regclass, current_user)
        FROM tables AS c
        WHERE has_table_privilege(c.oid, 'TRUNCATE') AND NOT pg_has_role(c.relowner, 'USAGE')
        """;

    // Grantee 0 is PUBLIC. Whoever writes to schema migration can have SQL run by the owner of the tables.
    const string OfOthers = Tables +
        """
        SELECT 'PUBLIC' AS holder, 'may make things in schema migration' AS what,
               'REVOKE CREATE ON SCHEMA migration FROM PUBLIC.' AS remedy
        FROM pg_namespace AS n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS a
        WHERE n.nspname = 'migration' AND a.grantee = 0 AND a.privilege_type = 'CREATE'
        UNION ALL
        SELECT 'PUBLIC', format('has %s on %s', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), c.oid::regclass),
               format('REVOKE ALL ON %s FROM PUBLIC.', c.oid::regclass)
        FROM pg_class AS c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS a
        WHERE c.relkind IN ('r', 'p', 'v') AND a.grantee = 0
          AND (c.relnamespace = to_regnamespace('migration')
            OR c.oid IN (SELECT oid FROM tables))
        GROUP BY c.oid
        UNION ALL
        SELECT 'role migration_auditor', format('may read %s', c.oid::regclass),
               format('REVOKE SELECT ON %s FROM migration_auditor, and from PUBLIC or a role that it is a member of.', c.oid::regclass)
        FROM pg_roles AS r JOIN pg_class AS c ON has_table_privilege(r.oid, c.oid, 'SELECT')
        WHERE r.rolname = 'migration_auditor' AND c.relkind IN ('r', 'p')
          AND (c.relnamespace = to_regnamespace('migration')
            OR c.oid IN (SELECT oid FROM tables))
        """;
}
