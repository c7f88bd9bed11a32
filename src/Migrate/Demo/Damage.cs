using System.Globalization;
using Npgsql;

namespace Migrate.Demo;

/// <summary>Damages rows of the sample's target the way accidents and careless hands do: each by the smallest step that its
/// type has, past row-level security and the migration.</summary>
static class Damage
{
    static readonly (string Table, string What, string Sql)[] Kinds =
    [
        ("student", "a microsecond", "UPDATE school.student SET updated_at = updated_at + interval '1 microsecond'"),
        ("student", "a trailing space", "UPDATE school.student SET last_name = last_name || ' '"),
        ("enrollment", "a lost row", "DELETE FROM school.enrollment"),
        ("student", "upper and lower case",
            "UPDATE school.student SET last_name = translate(left(last_name, 1), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            + "abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') || substr(last_name, 2)"),
        ("grade_scale", "a thousandth", "UPDATE school.grade_scale SET max_score = max_score + 0.001"),
        ("student", "one bit of a uuid",
            "UPDATE school.student SET external_id = overlay(external_id::text PLACING "
            + "translate(right(external_id::text, 1), '0123456789abcdef', '1032547698badcfe') FROM 36)::uuid"),
        ("enrollment", "a day", "UPDATE school.enrollment SET entry_date = entry_date - 1"),
        ("student", "a mark of deletion", "UPDATE school.student SET is_deleted = NOT is_deleted"),
        ("enrollment", "its legacy key", "UPDATE school.enrollment SET legacy_id = -legacy_id"),
        ("student", "NULL and an empty text", "UPDATE school.student SET notes = CASE WHEN notes IS NULL THEN '' END"),
        ("grade_scale", "another district",
            "UPDATE school.grade_scale SET tenant_id = (SELECT max(d.tenant_id::text)::uuid FROM school.district AS d "
            + "WHERE d.tenant_id <> grade_scale.tenant_id)"),
        ("school", "a renamed school", "UPDATE school.school SET name = 'X' || substr(name, 2)"),
    ];

    /// <summary>Damages that many rows, no row twice. Returns a line for each, without personal values.</summary>
    public static async Task<IReadOnlyList<string>> DoAsync(
        string admin, int count, CancellationToken cancellationToken)
    {
        await using var target = NpgsqlDataSource.Create(admin);
        var done = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var (table, what, sql) = Kinds[i % Kinds.Length];
            // Rows in an order of their own, so that all districts have their share; each is taken once.
            await using var command = target.CreateCommand(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                {sql} WHERE id = (SELECT id FROM school.{table} ORDER BY md5(id::text) OFFSET {i} LIMIT 1)
                RETURNING legacy_id::text
                """));
            if (await command.ExecuteScalarAsync(cancellationToken) is string key)
                done.Add($"{table} {key} by {what}");
        }
        return done;
    }
}
