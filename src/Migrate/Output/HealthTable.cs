using System.Globalization;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>What each database says of itself.</summary>
static class HealthTable
{
    public static Table Of(HealthReport health)
    {
        var source = health.Source;
        var table = health.Rehearsal is null
            ? PlainTable.Create("", "source (SQL Server)", "target (PostgreSQL)")
            : PlainTable.Create("", "source (SQL Server)", "target (PostgreSQL)", "rehearsals (PostgreSQL)");
        Add("version", source.ProductVersion, t => t.Version.ToString());
        Add("database", source.Database, t => t.Database);
        Add("login", source.Login, t => t.Role);
        Add("text", source.Collation, t => t.Encoding);
        Add("snapshot reads", source.AllowsSnapshot ? "allowed" : "not allowed", _ => "");
        Add("row-level security", "", t => t.BypassesRowSecurity ? "bypassed" : "applies");
        Add("clock (UTC)", Time(source.UtcNow), t => Time(t.UtcNow));
        return table;

        void Add(string name, string ofSource, Func<TargetFacts, string> ofTarget)
        {
            var cells = new List<string> { name, ofSource, ofTarget(health.Target) };
            if (health.Rehearsal is { } rehearsal)
                cells.Add(ofTarget(rehearsal));
            table.Add([.. cells.Select(PlainTable.Cell)]);
        }
    }

    static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
