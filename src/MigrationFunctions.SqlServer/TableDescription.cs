using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.SqlServer;

/// <summary>What the server says of a result's columns, and whether that is what was planned with.</summary>
static class TableDescription
{
    const int MostTold = 10;
    const int NoNumber = 255;

    public static IReadOnlyList<DescribedColumn> Of(SqlDataReader rows) =>
        [.. rows.GetColumnSchema().Select(c => new DescribedColumn(
            c.ColumnName, c.DataTypeName ?? "", c.ColumnSize, Number(c.NumericPrecision), Number(c.NumericScale), c.AllowDBNull))];

    /// <summary>Goes past the description that stands before a statement's rows.</summary>
    /// <exception cref="MigrationException">MIG3016: it differs from the one that the table was planned with.</exception>
    public static async Task PassAsync(SqlDataReader rows, SourceTable table, CancellationToken cancellationToken)
    {
        try
        {
            var differences = table.Description.Count == 0 ? [] : DescribedColumn.Differences(table.Description, Of(rows));
            if (differences.Count > 0)
                throw Changed(table.Name, differences);
            await rows.NextResultAsync(cancellationToken);
        }
        catch
        {
            await rows.DisposeAsync();
            throw;
        }
    }

    // What has no precision or scale is described by 255.
    static int? Number(int? value) => value is null or NoNumber ? null : value;

    static MigrationException Changed(string table, IReadOnlyList<string> differences) => new(new Problem(
        ErrorCodes.SourceChanged, table,
        $"The table changed after the work on it was planned. {string.Join(' ', differences.Take(MostTold))}"
        + (differences.Count > MostTold ? $" And {differences.Count - MostTold} more." : ""),
        "Adapt the manifest to the table as it is now, or change the table back; then start again."));
}
