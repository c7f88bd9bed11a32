using Dapper;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Validation;

/// <summary>Schema <c>validation</c>, kept as the manifests want it. The views read with the rights of the writer, who owns
/// them and is itself under row-level security: whoever may read them needs no right on any table.</summary>
public sealed class ValidationSchema(PostgresConnections connections) : IValidationViews
{
    const long Lock = 0x7661_6C69_6461_7465;
    const string Auditor = "migration_auditor";

    public Task RefreshAsync(RunContext run, CancellationToken cancellationToken) =>
        connections.RunAsync("schema validation", async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
            // Asked first: CREATE SCHEMA IF NOT EXISTS wants the right to create even where there is nothing to do.
            if (!await connection.ExecuteScalarAsync<bool>("SELECT to_regnamespace('validation') IS NOT NULL"))
                await ExecuteAsync(connection, "CREATE SCHEMA validation", cancellationToken);
            await GrantAsync(connection, await ReplaceAsync(connection, run, cancellationToken), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    /// <returns>Every view of the run.</returns>
    static async Task<IReadOnlyCollection<string>> ReplaceAsync(
        NpgsqlConnection connection, RunContext run, CancellationToken cancellationToken)
    {
        var known = (await connection.QueryAsync<(string Name, string? Comment)>(new CommandDefinition(
            """
            SELECT c.relname::text, obj_description(c.oid, 'pg_class') FROM pg_class AS c
            WHERE c.relnamespace = 'validation'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
            """, cancellationToken: cancellationToken)))
            .ToDictionary(v => v.Name, v => v.Comment, StringComparer.Ordinal);
        var wanted = ManifestViews.Of(run).ToDictionary(
            v => IsFree(v.Name, v.Owner) ? v.Name : v.QualifiedName, StringComparer.Ordinal);
        foreach (var (name, _) in known.Where(k => IsOf(k.Value, run.Manifest.Name) && !wanted.ContainsKey(k.Key)))
            await ExecuteAsync(connection, $"DROP VIEW validation.{Identifier.Quote(name)}", cancellationToken);
        // One that is as it should be is left alone: whoever reads it is not waited for.
        foreach (var (name, view) in wanted.Where(w => known.GetValueOrDefault(w.Key) != w.Value.Comment))
            await ExecuteAsync(
                connection,
                $"""
                DROP VIEW IF EXISTS validation.{Identifier.Quote(name)};
                CREATE VIEW validation.{Identifier.Quote(name)} WITH (security_barrier = true) AS
                {view.Query};
                COMMENT ON VIEW validation.{Identifier.Quote(name)} IS '{view.Comment}'
                """, cancellationToken);

        return wanted.Keys;

        bool IsFree(string name, string? owner) => !known.TryGetValue(name, out var comment) || IsOf(comment, owner);
    }

    static bool IsOf(string? comment, string? owner) =>
        comment?.StartsWith(ValidationView.OwnerComment(owner) + " ", StringComparison.Ordinal) ?? false;

    static async Task GrantAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> views, CancellationToken cancellationToken)
    {
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @Auditor)", new { Auditor }, cancellationToken: cancellationToken)))
            await ExecuteAsync(
                connection,
                $"GRANT USAGE ON SCHEMA validation TO {Auditor}; "
                + $"GRANT SELECT ON {string.Join(", ", views.Select(v => $"validation.{Identifier.Quote(v)}"))} TO {Auditor}",
                cancellationToken);
    }

    static Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: cancellationToken));
}
