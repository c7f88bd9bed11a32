using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Rows that the target refuses go to rejected_row; no other row is lost for them.</summary>
public sealed class RejectTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task One_row_among_5000_that_violates_a_check_is_rejected_and_the_others_are_written()
    {
        var legacy = Legacy.With(students: 0);
        for (var i = 1L; i <= 5_000; i++)
            legacy.AddStudent(1, i, ("Gpa", i == 2_345 ? -1m : 3.5m));
        var migration = new Migration(Target, legacy.Source);

        var result = await migration.MoveAsync("student");

        Assert.Equal(
            (5_000, 4_999, 1, WritePath.Staged),
            (result.RowsRead, result.RowsWritten, result.RowsRejected, result.Path));
        var row = Assert.Single(await Target.QueryAsync<(string, string, string, string, string, string)>(
            """
            SELECT legacy_key, column_name, rule, reason, original->>'StudentID', original->>'Gpa'
            FROM migration.rejected_row
            """));
        Assert.Equal(
            ("2345", "student_gpa_not_negative", "check", "2345", "-1"),
            (row.Item1, row.Item2, row.Item3, row.Item5, row.Item6));
        Assert.DoesNotContain("-1", row.Item4, StringComparison.Ordinal);
        Assert.Equal(
            4_999, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student WHERE legacy_id <> 2345"));
        Assert.Equal(result.Digest, await DigestOfStudentsAsync(migration));
        Assert.True((await migration.TotalsAsync("student")).IsConserved);
    }

    [Fact]
    public async Task Every_tenth_row_may_be_bad()
    {
        var legacy = Legacy.With(students: 0);
        for (var i = 1L; i <= 5_000; i++)
            legacy.AddStudent(1, i, ("BirthDate", i % 10 == 0 ? new DateTime(1850, 1, 1) : new DateTime(2010, 1, 1)));
        var migration = new Migration(Target, legacy.Source);

        var result = await migration.MoveAsync("student");

        Assert.Equal((4_500, 500), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(500, await Target.ScalarAsync<long>(
            """
            SELECT count(DISTINCT legacy_key) FROM migration.rejected_row WHERE rule = 'check' AND legacy_key LIKE '%0'
            """));
        Assert.Equal(0, await Target.ScalarAsync<long>("SELECT count(*) FROM school.student WHERE legacy_id % 10 = 0"));
        Assert.Equal(result.Digest, await DigestOfStudentsAsync(migration));
    }

    [Fact]
    public async Task Columns_may_be_called_like_anything_that_the_staged_path_makes_for_itself()
    {
        string[] names =
            ["place", "rule", "row_no", "stage_row_no", "sql_state", "first", "last", "state", "written", "nth", "present", "s", "r", "o"];
        var items = new Items([.. names.Select(name => Legacy.Of(name, SqlDbType.Int))]);
        await items.CreateAsync(Target, string.Join(", ", names.Select(name => $"\"{name}\" integer CHECK (\"{name}\" <> 99)")));
        for (var i = 0; i < names.Length; i++)
            items.Add((long)i, [.. names.Select((name, n) => (name, (object?)(n == i ? 99 : n)))]);
        items.Add(100L, [.. names.Select((name, n) => (name, (object?)n))]);

        var result = await items.In(Target).MoveAsync("item", "1");

        Assert.Equal((1, names.Length), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(
            names.Length, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.rejected_row WHERE rule = 'check'"));
    }

    [Fact]
    public async Task Explicit_direct_with_a_refused_row_fails_with_MIG4017_and_leaves_nothing()
    {
        var legacy = Legacy.With(students: 0);
        for (var i = 1L; i <= 100; i++)
            legacy.AddStudent(1, i, ("Gpa", i == 50 ? -1m : 3.5m));
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(WritePath.Direct));

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.MoveAsync("student"));

        Assert.Equal((ErrorCodes.TargetRowsRefused, false), (e.Code, e.IsTransient));
        Assert.Contains("student_gpa_not_negative", e.Message, StringComparison.Ordinal);
        Assert.Equal("", await Target.DumpAsync("school.student"));
        Assert.Equal("planned", await Target.ScalarAsync<string>("SELECT state FROM migration.batch_state"));
        Assert.Equal("", await Target.DumpAsync("migration.rejected_row"));
    }

    [Theory]
    [InlineData(WritePath.Auto)]
    [InlineData(WritePath.Staged)]
    public async Task Of_rows_with_the_same_key_the_first_is_taken(WritePath path)
    {
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(1, 1, ("FirstName", "First"));
        legacy.AddStudent(1, 1, ("FirstName", "Second"));
        legacy.AddStudent(1, 1, ("FirstName", "Third"));
        legacy.AddStudent(1, 2);
        var migration = new Migration(Target, legacy.Source, options: Migration.Writing(path));

        var result = await migration.MoveAsync("student");

        Assert.Equal((2, 2), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(
            "First", await Target.ScalarAsync<string>("SELECT first_name FROM school.student WHERE legacy_id = 1"));
        Assert.Equal(
            [("1", "legacy_id", "duplicateKey"), ("1", "legacy_id", "duplicateKey")],
            await Target.QueryAsync<(string, string, string)>(
                "SELECT legacy_key, column_name, rule FROM migration.rejected_row"));
        Assert.Equal(result.Digest, await DigestOfStudentsAsync(migration));
    }

    [Fact]
    public async Task Rows_that_the_ledger_does_not_know_are_never_written_over()
    {
        var legacy = Legacy.With(students: 50);
        var first = new Migration(Target, legacy.Source);
        await first.MoveAsync("school");
        await first.MoveAsync("student");
        await Target.ExecuteAsync(
            "DELETE FROM migration.batch_state; UPDATE school.student SET first_name = 'changed' WHERE legacy_id < 20");
        var before = await Target.DumpAsync("school.student");

        var result = await new Migration(Target, legacy.Source).MoveAsync("student");

        Assert.Equal((0, 50, WritePath.Staged), (result.RowsWritten, result.RowsRejected, result.Path));
        Assert.Equal(before, await Target.DumpAsync("school.student"));
        Assert.Equal(
            50, await Target.ScalarAsync<long>("SELECT count(*) FROM migration.rejected_row WHERE rule = 'foreignRow'"));
    }

    [Fact]
    public async Task A_unique_key_other_than_the_rows_own_rejects_the_later_row()
    {
        await Target.ExecuteAsync(
            "CREATE UNIQUE INDEX student_number ON school.student (tenant_id, state_student_number)");
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(1, 1, ("StateStudentNumber", "A"));
        legacy.AddStudent(1, 2, ("StateStudentNumber", "B"));
        legacy.AddStudent(1, 3, ("StateStudentNumber", "A"));

        var result = await new Migration(Target, legacy.Source).MoveAsync("student");

        Assert.Equal((2, 1), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(("3", "student_number", "unique"), Assert.Single(await Target.QueryAsync<(string, string, string)>(
            "SELECT legacy_key, column_name, rule FROM migration.rejected_row")));
    }

    [Theory]
    [InlineData("P0001")]
    [InlineData("22023")]
    [InlineData("U0001")]
    public async Task A_trigger_that_raises_rejects_its_row_and_its_words_are_not_repeated(string state)
    {
        await Target.ExecuteAsync(
            $"""
            CREATE FUNCTION school.refuse() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'secret %', NEW.first_name USING ERRCODE = '{state}'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON school.student FOR EACH ROW WHEN (NEW.legacy_id = 2)
              EXECUTE FUNCTION school.refuse()
            """);
        var legacy = Legacy.With(students: 3);
        var migration = new Migration(Target, legacy.Source);
        await migration.MoveAsync("school");

        var result = await migration.MoveAsync("student");

        Assert.Equal((2, 1), (result.RowsWritten, result.RowsRejected));
        var (rule, reason) = Assert.Single(
            await Target.QueryAsync<(string, string)>("SELECT rule, reason FROM migration.rejected_row"));
        Assert.Equal("refused", rule);
        Assert.Contains(state, reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Xml_that_is_not_well_formed_rejects_its_row()
    {
        var items = new Items([Legacy.Of("doc", SqlDbType.NVarChar, -1)]);
        await items.CreateAsync(Target, "doc xml");
        items.Add(1L, ("doc", "<a>1</a>"));
        items.Add(2L, ("doc", "<a>2"));

        var result = await items.In(Target).MoveAsync("item");

        Assert.Equal((1, 1), (result.RowsWritten, result.RowsRejected));
        Assert.Equal("2", await Target.ScalarAsync<string>("SELECT legacy_key FROM migration.rejected_row"));
        Assert.Equal(result.Digest, await Target.DigestAsync("SELECT tenant_id, id, legacy_id, doc FROM school.item"));
    }

    [Theory]
    [InlineData("btree (word)")]
    [InlineData("btree (tenant_id, upper(word))")]
    public async Task A_value_that_is_too_large_for_an_index_rejects_its_row(string index)
    {
        var items = new Items([Legacy.Of("word", SqlDbType.NVarChar, -1)]);
        await items.CreateAsync(Target, "word text");
        await Target.ExecuteAsync($"CREATE INDEX too_small ON school.item USING {index}");
        var random = new Random(1);
        items.Add(1L, ("word", "short"));
        // Nothing that would shrink below a third of a page.
        items.Add(2L, ("word", Convert.ToHexString([.. Enumerable.Range(0, 20_000).Select(_ => (byte)random.Next(256))])));
        items.Add(3L, ("word", "short, too"));

        var result = await items.In(Target).MoveAsync("item");

        Assert.Equal((2, 1), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(
            ("2", "tooLarge"),
            Assert.Single(await Target.QueryAsync<(string, string)>("SELECT legacy_key, rule FROM migration.rejected_row")));
    }

    [Fact]
    public async Task A_domain_refuses_single_rows_as_a_check_does()
    {
        await Target.ExecuteAsync(
            "CREATE DOMAIN school.grade AS text CONSTRAINT grade_known CHECK (VALUE IN ('A', 'B'))");
        var items = new Items([Legacy.Of("grade", SqlDbType.VarChar, 4)]);
        await items.CreateAsync(Target, "grade school.grade");
        items.Add(1L, ("grade", "A"));
        items.Add(2L, ("grade", "Z"));

        var result = await items.In(Target).MoveAsync("item");

        Assert.Equal((1, 1), (result.RowsWritten, result.RowsRejected));
        Assert.Equal(("2", "grade_known", "check"), Assert.Single(await Target.QueryAsync<(string, string, string)>(
            "SELECT legacy_key, column_name, rule FROM migration.rejected_row")));
    }

    public static TheoryData<SqlDbType, string, object> Keys => new()
    {
        { SqlDbType.Bit, "integer", true },
        { SqlDbType.SmallInt, "smallint", (short)-7 },
        { SqlDbType.Int, "integer", 123 },
        { SqlDbType.BigInt, "text", -9_007_199_254_740_993L },
        { SqlDbType.Money, "numeric(19, 4)", -12.3400m },
        { SqlDbType.Money, "numeric(19, 4)", 120_000m },
        { SqlDbType.Money, "numeric", 0.0001m },
        { SqlDbType.UniqueIdentifier, "uuid", new Guid("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9") },
        { SqlDbType.Date, "date", new DateTime(1999, 12, 31) },
        { SqlDbType.DateTime2, "timestamp", new DateTime(1999, 12, 31, 23, 59, 58).AddTicks(1_234_560) },
        { SqlDbType.DateTimeOffset, "timestamptz", new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(9)) },
        { SqlDbType.Time, "time", new TimeSpan(0, 1, 2, 3, 4) },
        { SqlDbType.Char, "char(8)", "K-1   " },
        { SqlDbType.VarChar, "text", "Ü 1  " },
        { SqlDbType.Binary, "bytea", new byte[] { 0, 0xAB } },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_refused_row_is_known_by_its_legacy_key_whatever_the_keys_type(
        SqlDbType type, string column, object key)
    {
        var items = new Items(
            [Legacy.Of("value", SqlDbType.Int)], Legacy.Key("ItemID", type, type == SqlDbType.Char ? 8 : 0));
        await items.CreateAsync(Target, "value integer CHECK (value > 0)", column);
        items.Add(key, ("value", -1));
        var migration = items.In(Target);

        var result = await migration.MoveAsync("item");

        Assert.Equal(1, result.RowsRejected);
        var (legacyKey, original) = Assert.Single(await Target.QueryAsync<(string, string?)>(
            "SELECT legacy_key, original->>'value' FROM migration.rejected_row"));
        Assert.Equal(items.Rows.KeyTextOf(0), legacyKey);
        Assert.Equal("-1", original);
    }

    [Fact]
    public async Task Rows_that_the_encoders_reject_keep_the_batch_on_the_direct_path()
    {
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(1, 1, ("FirstName", "N\0l"), ("Notes", "a \\u0000 \ud800"));
        legacy.AddStudent(1, 2, ("LastName", null));
        legacy.AddStudent(1, 3, ("IsTest", true));
        legacy.AddStudent(1, 4);

        var result = await new Migration(Target, legacy.Source).MoveAsync("student");

        Assert.Equal((4, 1, 2, 1, WritePath.Direct),
            (result.RowsRead, result.RowsWritten, result.RowsRejected, result.RowsFiltered, result.Path));
        Assert.Equal(
            [("1", "FirstName", "nulCharacter"), ("2", "LastName", "notNull")],
            await Target.QueryAsync<(string, string, string)>(
                "SELECT legacy_key, column_name, rule FROM migration.rejected_row ORDER BY legacy_key"));
        Assert.Equal((@"N\u0000l", @"a \u0000 �"), Assert.Single(await Target.QueryAsync<(string, string)>(
            "SELECT original->>'FirstName', original->>'Notes' FROM migration.rejected_row WHERE legacy_key = '1'")));
        Assert.Equal(
            "{\"testStudents\":1}", await Target.ScalarAsync<string>("SELECT filtered_by FROM migration.batch_state"));
    }

    [Theory]
    [InlineData(WritePath.Auto)]
    [InlineData(WritePath.Staged)]
    public async Task A_trigger_that_drops_a_row_silently_is_found_out_and_nothing_is_kept(WritePath path)
    {
        await Target.ExecuteAsync(
            """
            CREATE FUNCTION school.drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER drop_row BEFORE INSERT ON school.school FOR EACH ROW WHEN (NEW.legacy_id = 2)
              EXECUTE FUNCTION school.drop_row()
            """);
        var migration = new Migration(Target, Legacy.With(students: 0).Source, options: Migration.Writing(path));

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.MoveAsync("school"));

        Assert.Equal(ErrorCodes.TargetRowCountMismatch, e.Code);
        Assert.Equal("", await Target.DumpAsync("school.school"));
    }

    Task<string> DigestOfStudentsAsync(Migration migration) => Target.DigestAsync(
        "SELECT tenant_id, id, legacy_id, "
        + string.Join(
            ", ", migration.Run.Manifest.Entities.Single(e => e.Name == "student").Columns.Select(c => c.Target))
        + " FROM school.student");
}
