using LocalSqlServer.Storage;

namespace Scenarios.Tests.Harness;

/// <summary>Rows of the legacy data that come and go while a scenario is on. For sources on the stand-in, which reads the
/// database as it is at each statement.</summary>
static class SourceChanges
{
    /// <summary>Takes rows away.</summary>
    /// <param name="places">Which of the picked rows, by their place in the order of the key.</param>
    /// <returns>The rows, to be given back.</returns>
    public static IReadOnlyList<object?[]> Take(LegacyTable table, Func<LegacyRow, bool> picked, params int[] places)
    {
        var taken = new List<object?[]>();
        var place = -1;
        table.Delete(row =>
        {
            if (!picked(row) || !places.Contains(++place))
                return false;
            taken.Add([.. table.Columns.Select(c => row[c.Name])]);
            return true;
        });
        return taken.Count == places.Length
            ? taken
            : throw new ArgumentException($"Only {place + 1} rows of {table.Name} can be taken.", nameof(places));
    }

    /// <summary>Adds rows.</summary>
    public static void Give(LegacyTable table, IEnumerable<object?[]> rows)
    {
        foreach (var row in rows)
            table.Add(row);
    }

    /// <summary>Picks enrollments of a district that a migration accepts: their student is there, of the same district, no
    /// test student, and has a name that the target can hold.</summary>
    public static Func<LegacyRow, bool> GoodEnrollments(LegacyDatabase legacy, int district)
    {
        var good = new HashSet<object>();
        legacy.Table("dbo.Student").Update(
            row =>
            {
                if (Equals(row["DistrictID"], district) && row["IsTest"] is false && HasGoodName(row))
                    good.Add(row["StudentID"]!);
                return false;
            }, _ => { });
        return row => Equals(row["DistrictID"], district) && good.Contains(row["StudentID"]!);
    }

    static bool HasGoodName(LegacyRow row) =>
        $"{row["FirstName"]}{row["LastName"]}" is var name && !name.Contains('\0') && !name.Any(char.IsSurrogate);
}
