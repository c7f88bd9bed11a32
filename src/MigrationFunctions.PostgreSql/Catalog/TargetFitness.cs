using System.Text.RegularExpressions;
using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Catalog;

/// <summary>What rows would meet in the target: looked at before the first one, and where the catalogue does not tell, tried on a row
/// that is never stored.</summary>
sealed partial class TargetFitness(PostgresConnections connections)
{
    const int Named = 5;
    const int SessionsTried = 4;

    /// <summary>What stands in the way of the tenants' rows in a table.</summary>
    public Task<IReadOnlyList<Problem>> FindAsync(
        EntityTarget table, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken) =>
        connections.RunAsync<IReadOnlyList<Problem>>(table.Table, async connection =>
        {
            var looked = new Look(connection, table, cancellationToken);
            return
            [
                .. await UniqueAcrossTenantsAsync(looked), .. await TriggersAsync(looked),
                .. await PoliciesAsync(looked, tenants), .. await PartitionsAsync(looked, tenants),
            ];
        }, cancellationToken);

    /// <summary>Whether a pooler gives a session to another client between two transactions: several sessions each remember a word,
    /// and are asked for it.</summary>
    public async Task<Problem?> FindPoolerAsync(CancellationToken cancellationToken)
    {
        var opened = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < SessionsTried; i++)
                opened.Add(await connections.OpenAsync(connections.Writer, cancellationToken));
            var words = new List<string>();
            foreach (var connection in opened)
            {
                words.Add(Guid.NewGuid().ToString("N"));
                await connection.ExecuteAsync(new CommandDefinition(
                    "SELECT set_config('migration.word', @word, false)", new { word = words[^1] }, cancellationToken: cancellationToken));
            }
            var kept = new List<string?>();
            foreach (var connection in opened)
                kept.Add(await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
                    "SELECT current_setting('migration.word', true)", cancellationToken: cancellationToken)));
            return kept.SequenceEqual(words) ? null : new Problem(
                ErrorCodes.TargetBehindPooler, connections.Endpoint,
                "A pooler gives sessions to other clients between transactions: locks and temporary tables of a session would be theirs.",
                "Point the target's connection settings at the server itself, or at a pool in session mode.");
        }
        finally
        {
            foreach (var connection in opened)
                await connection.DisposeAsync();
        }
    }

    static async Task<IEnumerable<Problem>> UniqueAcrossTenantsAsync(Look look) =>
        (await look.QueryAsync<(string Name, string Columns)>(
            """
            SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
            WHERE i.indrelid = @table::regclass AND i.indisunique AND NOT i.indisprimary AND NOT EXISTS (
              SELECT FROM pg_attribute AS a
              WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname IN (@Tenant, @Id))
            """))
        .Select(index => new Problem(
            ErrorCodes.TargetUniqueAcrossTenants, $"{look.Table.Table}, {index.Name}",
            $"The unique index does not name {look.Table.Tenant}: a row of one tenant refuses another's with the same values.",
            $"Make it unique within a tenant ({look.Table.Tenant} first), or expect rejections by rule unique.", ProblemSeverity.Warning));

    // tgtype & 4: on INSERT (pg_trigger.h). Those of constraints are PostgreSQL's own.
    static async Task<IEnumerable<Problem>> TriggersAsync(Look look) =>
        (await look.QueryAsync<string>(
            """
            SELECT tgname FROM pg_trigger
            WHERE tgrelid = @table::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgtype & 4 <> 0 ORDER BY tgname
            """))
        .Select(name => new Problem(
            ErrorCodes.TargetTriggerFires, $"{look.Table.Table}, {name}", "The trigger fires for rows that are loaded.",
            "Disable it for the load if what it does is not meant for rows that exist already, or if it is slow.",
            ProblemSeverity.Warning));

    static async Task<IEnumerable<Problem>> PoliciesAsync(Look look, IReadOnlyList<Tenant> tenants)
    {
        var policies = (await look.QueryAsync<Policy>(
            """
            SELECT p.polcmd::text AS Command, p.polpermissive AS IsPermissive, pg_get_expr(p.polqual, p.polrelid) AS Using,
                   pg_get_expr(p.polwithcheck, p.polrelid) AS WithCheck
            FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
            WHERE p.polrelid = @table::regclass AND c.relrowsecurity AND (
              p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) AS role WHERE pg_has_role(current_user, role, 'MEMBER')))
            """)).ToList();
        if (policies.Count == 0)
            return await look.IsUnderRowSecurityAsync()
                ? [look.Unfit("Row-level security is on, and no policy is for the writing role: it sees no row and may write none.")]
                : [];
        var commands = Commands.Select(c => (c.Name, Sql: c.Of(policies))).ToList();
        var problems = commands.Where(c => c.Sql is null).Select(c => look.Unfit($"No policy allows {c.Name} to the writing role."));
        var asked = commands.Where(c => c.Sql is not null).Select(c => (c.Name, c.Sql!)).ToList();
        return [.. problems, .. await TryPoliciesAsync(look, asked, policies, tenants)];
    }

    static async Task<IReadOnlyList<Problem>> TryPoliciesAsync(
        Look look, IReadOnlyList<(string Name, string Sql)> commands, IReadOnlyList<Policy> policies, IReadOnlyList<Tenant> tenants)
    {
        var one = tenants.Count > 0 ? tenants[0].Id : Guid.NewGuid();
        var other = tenants.Count > 1 ? tenants[1].Id : Guid.NewGuid();
        var (own, failure) = await look.TryAsync(commands, one.ToString(), one);
        if (failure is not null)
            return [look.Unfit($"With {look.Table.TenantSetting} set, its policies fail ({failure}): they read something else.")];
        var refused = own.Where(c => !c.IsTrue).Select(c => c.Name).ToList();
        if (refused.Count > 0)
            return [look.Unfit($"With {look.Table.TenantSetting} set to a tenant, its policies refuse {string.Join(", ", refused)} of that tenant's rows.")];
        var (others, _) = await look.TryAsync(commands, other.ToString(), one);
        var open = others.Where(c => c.IsTrue).Select(c => c.Name).ToList();
        if (open.Count > 0)
            return [look.Unfit($"With {look.Table.TenantSetting} set to one tenant, its policies allow {string.Join(", ", open)} of another's rows.")];
        // A tenant that stands in a policy may be the one that it takes for granted.
        var constants = policies.SelectMany(p => Uuids().Matches($"{p.Using} {p.WithCheck}")).Select(m => Guid.Parse(m.Value));
        foreach (var row in constants.Prepend(one).Distinct())
            if ((await look.TryAsync(commands, "", row)).Answers.Any(c => c.IsTrue))
                return [look.Unfit($"Without {look.Table.TenantSetting}, its policies show rows: there is a default tenant.")];
        return [];
    }

    static async Task<IEnumerable<Problem>> PartitionsAsync(Look look, IReadOnlyList<Tenant> tenants)
    {
        var isByTenant = (await look.QueryAsync<bool>(
            """
            SELECT p.partnatts = 1 AND a.attname = @Tenant FROM pg_partitioned_table AS p
            LEFT JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
            WHERE p.partrelid = @table::regclass
            """)).SingleOrDefault();
        if (!isByTenant)
            return [];
        var constraints = (await look.QueryAsync<string?>(
            "SELECT pg_get_partition_constraintdef(inhrelid) FROM pg_inherits WHERE inhparent = @table::regclass")).ToList();
        if (constraints.Contains(null))
            return [];
        var without = (await look.QueryAsync<Guid>(
            $"""
            SELECT t.id FROM unnest(@tenants) AS t(id) CROSS JOIN LATERAL {look.Row("t.id")}
            WHERE NOT ({string.Join(" OR ", constraints.Select(c => $"({c})").DefaultIfEmpty("false"))})
            """, new { tenants = tenants.Select(t => t.Id).ToArray() })).ToHashSet();
        var keys = tenants.Where(t => without.Contains(t.Id)).Select(t => t.Key).ToList();
        return keys.Count == 0 ? [] : [new Problem(
            ErrorCodes.TargetPartitionMissing, look.Table.Table,
            $"No partition takes rows of {keys.Count} tenants: {string.Join(", ", keys.Take(Named))}{(keys.Count > Named ? ", ..." : "")}.",
            "Create their partitions, or a default partition.")];
    }

    static readonly Command[] Commands =
    [
        new("SELECT", "r", p => p.Using), new("INSERT", "a", p => p.WithCheck ?? p.Using),
        new("UPDATE", "w", p => p.WithCheck ?? p.Using), new("DELETE", "d", p => p.Using),
    ];

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Uuids();

    /// <summary>A command, and how its policies are put together (PostgreSQL documentation, "CREATE POLICY"): one of the permissive
    /// and all of the restrictive ones.</summary>
    sealed record Command(string Name, string Letter, Func<Policy, string?> Condition)
    {
        /// <summary>The condition, or null when no permissive policy is for the command.</summary>
        public string? Of(IEnumerable<Policy> policies)
        {
            var its = policies.Where(p => p.Command == "*" || p.Command == Letter).ToList();
            var permissive = its.Where(p => p.IsPermissive).Select(p => $"({Condition(p) ?? "true"})").ToList();
            return permissive.Count == 0 ? null : string.Join(
                " AND ", its.Where(p => !p.IsPermissive).Select(p => $"({Condition(p) ?? "true"})")
                    .Prepend($"({string.Join(" OR ", permissive)})"));
        }
    }

    sealed class Policy
    {
        public string Command { get; init; } = "";
        public bool IsPermissive { get; init; }
        public string? Using { get; init; }
        public string? WithCheck { get; init; }
    }

    /// <summary>Questions about one table.</summary>
    sealed record Look(NpgsqlConnection Connection, EntityTarget Table, CancellationToken Token)
    {
        public Task<IEnumerable<T>> QueryAsync<T>(string sql, object? more = null)
        {
            var parameters = new DynamicParameters(new { table = Identifier.QuoteTable(Table.Table), Table.Tenant, Table.Id });
            parameters.AddDynamicParams(more);
            return Connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: Token));
        }

        public async Task<bool> IsUnderRowSecurityAsync() =>
            (await QueryAsync<bool>("SELECT row_security_active(@table::regclass)")).Single();

        /// <summary>A row of the table that has a tenant and nothing else, under the table's own name.</summary>
        public string Row(string tenant) =>
            $"(SELECT (jsonb_populate_record(NULL::{Identifier.QuoteTable(Table.Table)}, "
            + $"jsonb_build_object(@Tenant, {tenant}))).*) AS {Identifier.Quote(Table.Table.Split('.', 2)[1])}";

        /// <summary>Whether the commands' conditions hold for a row of a tenant, with the setting as it is given; or the SQLSTATE that
        /// they fail with.</summary>
        public async Task<(IReadOnlyList<(string Name, bool IsTrue)> Answers, string? Failure)> TryAsync(
            IReadOnlyList<(string Name, string Sql)> commands, string setting, Guid tenant)
        {
            await using var transaction = await Connection.BeginTransactionAsync(Token);
            await Connection.ExecuteAsync(new CommandDefinition(
                "SELECT set_config(@TenantSetting, @setting, true)", new { Table.TenantSetting, setting }, cancellationToken: Token));
            try
            {
                var answers = (await QueryAsync<bool[]>(
                    $"SELECT ARRAY[{string.Join(", ", commands.Select(c => $"coalesce({c.Sql}, false)"))}] FROM {Row("@rowTenant")}",
                    new { rowTenant = tenant })).Single();
                return ([.. commands.Select((c, i) => (c.Name, answers[i]))], null);
            }
            catch (PostgresException e)
            {
                return ([], $"SQLSTATE {e.SqlState}");
            }
        }

        public Problem Unfit(string what) => new(
            ErrorCodes.TargetPolicyUnfit, Table.Table, what,
            $"Give it a policy for all commands: USING and WITH CHECK ({Table.Tenant} = current_setting('{Table.TenantSetting}')::uuid).");
    }
}
