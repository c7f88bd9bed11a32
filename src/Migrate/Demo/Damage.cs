using Npgsql;

namespace Migrate.Demo;

/// <summary>Damages rows of the sample's target the way accidents and careless hands do: each by the smallest step that its
/// type has, past row-level security and the migration.</summary>
static class Damage
{
    static readonly Kind[] Kinds =
    [
        new("student", "a microsecond", "UPDATE school.student SET updated_at = updated_at + interval '1 microsecond'"),
        new("student", "a trailing space", "UPDATE school.student SET last_name = last_name || ' '"),
        new("enrollment", "a lost row", "DELETE FROM school.enrollment"),
        new("student", "upper and lower case",
            "UPDATE school.student SET last_name = translate(left(last_name, 1), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            + "abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') || substr(last_name, 2)",
            "last_name ~ '^[A-Za-z]'"),
        new("grade_scale", "a thousandth", "UPDATE school.grade_scale SET max_score = max_score + 0.001"),
        new("student", "one bit of a uuid",
            "UPDATE school.student SET external_id = overlay(external_id::text PLACING "
            + "translate(right(external_id::text, 1), '0123456789abcdef', '1032547698badcfe') FROM 36)::uuid"),
        new("enrollment", "a day", "UPDATE school.enrollment SET entry_date = entry_date - 1"),
        new("student", "a mark of deletion", "UPDATE school.student SET is_deleted = NOT is_deleted"),
        new("enrollment", "its legacy key", "UPDATE school.enrollment SET legacy_id = -legacy_id"),
        new("student", "NULL and an empty text", "UPDATE school.student SET notes = CASE WHEN notes IS NULL THEN '' END"),
        new("grade_scale", "another district",
            "UPDATE school.grade_scale SET tenant_id = (SELECT max(d.tenant_id::text)::uuid FROM school.district AS d "
            + "WHERE d.tenant_id <> grade_scale.tenant_id)"),
        new("school", "a renamed school", "UPDATE school.school SET name = 'X' || substr(name, 2)"),
    ];

    /// <summary>Damages that many rows, no row twice. Returns a line for each, without personal values.</summary>
    public static async Task<IReadOnlyList<string>> DoAsync(
        string admin, int count, CancellationToken cancellationToken)
    {
        await using var target = NpgsqlDataSource.Create(admin);
        var done = new List<string>();
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++)
        {
            var (table, what, sql, where) = Kinds[i % Kinds.Length];
            // In an order of their own, so that all districts have their share.
            await using var command = target.CreateCommand(
                $"""
                {sql} WHERE id = (
                  SELECT id FROM school.{table} WHERE {where} AND id <> ALL($1) ORDER BY md5(id::text) LIMIT 1)
                RETURNING id, legacy_id::text
                """);
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] });
            await using var damaged = await command.ExecuteReaderAsync(cancellationToken);
            if (!await damaged.ReadAsync(cancellationToken))
                continue;
            ids.Add(damaged.GetGuid(0));
            done.Add($"{table} {damaged.GetString(1)} by {what}");
        }
        return done;
    }

    sealed record Kind(string Table, string What, string Sql, string Where = "true");
}
