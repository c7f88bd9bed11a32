using System.Diagnostics;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>How fast the write path is beside psql. Measured when asked for: set <c>MIGRATION_MEASURE_ROWS</c> to a
/// number of rows.</summary>
public sealed class WriteSpeed(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task Direct_copies_at_least_four_fifths_as_fast_as_psql()
    {
        var rows = int.Parse(
            Environment.GetEnvironmentVariable(
                "MIGRATION_MEASURE_ROWS") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        Assert.SkipWhen(rows == 0, "Set MIGRATION_MEASURE_ROWS to measure.");
        var legacy = Legacy.With(students: 0);
        for (var i = 1L; i <= rows; i++)
            legacy.AddStudent(1, i, ("SchoolID", (int)(i % 3) + 1));
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(WritePath.Direct));
        await migration.MoveAsync("school");
        var batches = await migration.PlanAsync("student", batchSize: 20_000);
        var columns = Identifier.List(batches[0].Layout.CopyColumns);
        var file = Path.GetTempFileName();
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < 4; round++)
        {
            await Target.ExecuteAsync(
                """
                TRUNCATE school.student CASCADE; CHECKPOINT;
                UPDATE migration.batch_state SET state = 'planned' WHERE entity = 'student'
                """);
            var clock = Stopwatch.StartNew();
            foreach (var work in batches)
                await migration.CopyAsync(work);
            ours.Add(clock.Elapsed.TotalSeconds);
            if (round == 0)
                await WriteFileAsync(
                    file, await Target.CopyOutAsync($"SELECT {columns} FROM school.student ORDER BY legacy_id"));
            await Target.ExecuteAsync("TRUNCATE school.student CASCADE; CHECKPOINT");
            clock.Restart();
            await PsqlAsync($"\\copy school.student ({columns}) FROM '{file}' (FORMAT BINARY)");
            theirs.Add(clock.Elapsed.TotalSeconds);
        }
        File.Delete(file);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rows} students. ours {Line(ours)}; psql {Line(theirs)}; "
            + $"ratio of the best {theirs.Min() / ours.Min():F2}");
        Assert.InRange(theirs.Min() / ours.Min(), 0.8, 10);

        string Line(List<double> seconds) =>
            $"{rows / seconds.Min():F0} rows/s ({string.Join(" ", seconds.Select(s => $"{s:F2}"))} s)";
    }

    static async Task WriteFileAsync(string path, byte[] tuples)
    {
        await using var file = File.Create(path);
        await file.WriteAsync(Core.Copying.TupleBuffer.Header.ToArray());
        await file.WriteAsync(tuples);
        await file.WriteAsync(Core.Copying.TupleBuffer.Trailer.ToArray());
    }

    async Task PsqlAsync(string command)
    {
        var target = new Npgsql.NpgsqlConnectionStringBuilder(Target.Direct);
        var start = new ProcessStartInfo(
            "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", target.Host!, "-p", $"{target.Port}",
            "-U", target.Username!, "-d", target.Database!, "-c", command]);
        start.Environment["PGPASSWORD"] = target.Password;
        using var psql = Process.Start(start)!;
        await psql.WaitForExitAsync();
        Assert.Equal(0, psql.ExitCode);
    }
}
