using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer;

/// <summary>Adds up what <see cref="TableSql.Census"/> answers: a row for each group and tenant that matches it, one for a group
/// that none matches.</summary>
static class CensusReader
{
    public static SourceCensus Read(SqlDataReader rows, SourceColumn key, bool countsDeleted)
    {
        var total = 0L;
        var byTenant = new Dictionary<string, SideCount>(StringComparer.Ordinal);
        var shared = new List<SharedRows>();
        var (group, matches) = (0L, new List<string>());
        while (rows.Read())
        {
            var (number, count) = (rows.GetInt64(1), rows.GetInt64(2));
            if (number != group)
            {
                (group, matches) = (number, []);
                total += count;
            }
            if (rows.IsDBNull(0))
                continue;
            var tenant = KeyText.Format(rows, [0], [key]);
            matches.Add(tenant);
            if (matches.Count == 2)
                shared.Add(new SharedRows(matches, count));
            var before = byTenant.GetValueOrDefault(tenant);
            byTenant[tenant] = new SideCount(
                (before?.Rows ?? 0) + count, countsDeleted ? (before?.Deleted ?? 0) + rows.GetInt64(3) : null);
        }
        return new SourceCensus(total, byTenant, shared);
    }
}
