using System.Globalization;
using MigrationFunctions.Contracts;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>What each database says of itself.</summary>
static class HealthTable
{
    public static Table Of(HealthReport health)
    {
        var (source, target) = (health.Source, health.Target);
        var table = PlainTable.Create("", "source (SQL Server)", "target (PostgreSQL)");
        Add(table, "version", source.ProductVersion, target.Version.ToString());
        Add(table, "database", source.Database, target.Database);
        Add(table, "login", source.Login, target.Role);
        Add(table, "text", source.Collation, target.Encoding);
        Add(table, "snapshot reads", source.AllowsSnapshot ? "allowed" : "not allowed", "");
        Add(table, "row-level security", "", target.BypassesRowSecurity ? "bypassed" : "applies");
        Add(table, "clock (UTC)", Time(source.UtcNow), Time(target.UtcNow));
        return table;
    }

    static void Add(Table table, string name, string source, string target) =>
        table.Add(PlainTable.Cell(name), PlainTable.Cell(source), PlainTable.Cell(target));

    static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
