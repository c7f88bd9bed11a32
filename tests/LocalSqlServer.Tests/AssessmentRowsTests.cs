using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Tests;

/// <summary>The generated assessment results against what the facts say of them, found out by other means.</summary>
public sealed class AssessmentRowsTests
{
    static readonly SchoolOptions Options = new(Seed: 5, Rows: 20_000, Districts: 9, Assessments: 60_000);

    readonly LegacyDatabase _database = SchoolDatabase.SchoolDatabase.Create(Options);

    [Fact]
    public void The_facts_are_what_the_rows_hold()
    {
        var students = Rows("dbo.Student").ToDictionary(s => s[0].Number, s => s);
        var zones = Rows("dbo.District").ToDictionary(
            d => d[0].Number, d => TimeZoneInfo.FindSystemTimeZoneById(d[3].Text));
        var results = Rows("dbo.AssessmentResult").ToLookup(r => r[1].Number);
        var facts = SchoolFacts.Of(Options);

        foreach (var district in facts.Districts)
        {
            var own = results[district.District].ToList();
            var zone = zones[district.District];
            Assert.Equal(
                district.Assessments,
                new AssessmentFacts(
                    own.Count, Count(r => Student(r) is null),
                    Count(r => Student(r) is { } s && s[1].Number != r[1].Number),
                    Count(r => Own(r) is { } s && HasBadName(s)), Count(r => Own(r) is { } s && s[13].Number == 1),
                    Count(r => r[12].Number == 1), Count(Ambiguous), Count(Skipped), Count(HasNul),
                    Count(r => Ambiguous(r) && IsKept(r)), Count(r => Skipped(r) && IsKept(r)),
                    Count(r => HasNul(r) && IsKept(r))));

            long Count(Func<SqlValue[], bool> holds) => own.LongCount(holds);
            bool Ambiguous(SqlValue[] r) => zone.IsAmbiguousTime(r[5].DateTime);
            bool Skipped(SqlValue[] r) => zone.IsInvalidTime(r[5].DateTime);
            // No other column is in the hours that are counted.
            Assert.Equal(0, Count(r => zone.IsAmbiguousTime(r[6].DateTime) || zone.IsInvalidTime(r[6].DateTime)));
            Assert.Equal(0, Count(r => !r[13].IsNull && zone.IsAmbiguousTime(r[13].DateTime)));
        }

        Assert.Equal(Options.Assessments, facts.Districts.Sum(d => d.Assessments.Rows));
        Assert.Contains(facts.Districts, d => d.Assessments is { Rows: > 1_000, AmbiguousTimes: 0, SkippedTimes: 0 });
        Assert.All(
            new Func<AssessmentFacts, long>[]
            {
                a => a.Orphans, a => a.OfAnotherDistrict, a => a.OfBadNames, a => a.OfTestStudents, a => a.Deleted,
                a => a.KeptAmbiguousTimes, a => a.KeptSkippedTimes, a => a.KeptNulNotes,
            },
            count => Assert.True(facts.Districts.Sum(d => count(d.Assessments)) > 0));

        SqlValue[]? Student(SqlValue[] result) => students.GetValueOrDefault(result[2].Number);
        SqlValue[]? Own(SqlValue[] result) => Student(result) is { } s && s[1].Number == result[1].Number ? s : null;
        bool IsKept(SqlValue[] result) => Own(result) is { } s && !HasBadName(s) && s[13].Number == 0;
    }

    [Fact]
    public void Rows_come_in_clustered_order_with_unique_keys_and_fit_their_columns()
    {
        var table = _database.Table("dbo.AssessmentResult");
        var rows = Rows("dbo.AssessmentResult").ToList();
        var keys = rows.ConvertAll(r => (r[1].Number, r[0].Number));
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(keys.Count, keys.Select(k => k.Item2).Distinct().Count());
        Assert.All(rows, row =>
        {
            for (var i = 0; i < row.Length; i++)
                Assert.True(!row[i].IsNull || table.Columns[i].Nullable, table.Columns[i].Name);
            Assert.InRange(row[3].Text.Length, 1, 12);
            Assert.Equal(4, row[4].Text.Length);
            Assert.Equal(0, row[5].Number % TimeSpan.TicksPerMillisecond);
            Assert.Equal(DateTimeMath.RoundToDateTime(row[6].Number), row[6].Number);
            Assert.True(row[11].IsNull || row[11].Text.Length <= 400);
        });
        Assert.Contains(rows, r => !r[11].IsNull && r[11].Text.Length > 300);
        Assert.Contains(rows, r => !r[11].IsNull && r[11].Text.Any(c => c > 0x400));
    }

    [Fact]
    public void They_change_nothing_of_what_was_there_without_them()
    {
        var without = SchoolDatabase.SchoolDatabase.Create(Options with { Assessments = 0 });
        foreach (var name in new[] { "dbo.Student", "dbo.Enrollment" })
            Assert.Equal(
                Rows(without.Table(name)).Select(r => (r[0].Number, r[^1].Number)),
                Rows(name).Select(r => (r[0].Number, r[^1].Number)));
        Assert.Equal(0, without.Table("dbo.AssessmentResult").Current.Count);
    }

    static bool HasBadName(SqlValue[] student) =>
        student[3].Text.Contains('\0', StringComparison.Ordinal) || char.IsHighSurrogate(student[5].Text[^1]);

    static bool HasNul(SqlValue[] result) =>
        !result[11].IsNull && result[11].Text.Contains('\0', StringComparison.Ordinal);

    IEnumerable<SqlValue[]> Rows(string table) => Rows(_database.Table(table));

    static IEnumerable<SqlValue[]> Rows(LegacyTable table)
    {
        for (long i = 0; i < table.Current.Count; i++)
        {
            var row = new SqlValue[table.Columns.Count];
            table.Current.Read(i, ulong.MaxValue, row);
            yield return row;
        }
    }
}
