using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using CsCheck;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reporting;

namespace MigrationFunctions.Core.Tests.Reporting;

public sealed class ReportTests
{
    static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_run_reads_as_it_should()
    {
        Assert.Equal(
            $"""
            # Run 20260301-080000-0a1b2c3d of school

            **Equal: every row of the source is accounted for.**

            source 3,010 = migrated 3,007 + rejected 2 + filtered 1

            - run: 20260301-080000-0a1b2c3d
            - manifest: school
            - mode: full
            - state: completedWithRejects
            - tenants: 2
            - entities: student
            - requested by: ada@example.org
            - requested: 2026-03-01 08:00:00 UTC
            - finished: 2026-03-01 08:01:00 UTC
            - manifest SHA-256: {ManifestFingerprint.Of(Samples.Run.Manifest)}
            - digest of the rows that this run wrote: {new string('d', 32)}
            - code version: 1.2.3+abc
            - audit log: entry 2 with hash {new string('b', 64)}
            - report made: 2026-03-01 08:02:00 UTC

            ## Account

            For each tenant and entity: source = migrated + rejected + filtered, in the ledger that the run shares with earlier runs of the same manifest.

            | tenant | name | entity | source | migrated | rejected | filtered | batches | equal |
            | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
            | 1 | Springfield | student | 2,001 | 1,998 | 2 | 1 | 2 | yes |
            | 2 | - | student | 1,009 | 1,009 | 0 | 0 | 1 | yes |

            ## Rejected rows

            Rows that the target cannot hold as the manifest maps them. Their keys stand in migration.rejected_row.

            | entity | column | rule | rows |
            | --- | --- | --- | ---: |
            | student | FirstName | nulCharacter | 2 |

            ## Loss register

            Every column: carried over exactly, or changed by a rule that the manifest declares, with the number of values that the rule touched.

            | entity | column | from | carriedOver | values |
            | --- | --- | --- | --- | ---: |
            | student | legacy_id | StudentID | exactly | 0 |
            | student | first_name | FirstName | exactly | 0 |
            | student | updated_at | UpdatedAt | excessPrecision | 20 |

            ## Rows of no listed tenant

            Rows of the source whose tenant is not in the table of tenants: they belong to nobody and are not migrated.

            | entity | rows |
            | --- | ---: |
            | student | 4 |

            ## Findings of the preflight

            What was found before the run, and what to do about it.

            | code | severity | place | message | remedy |
            | --- | --- | --- | --- | --- |
            | MIG2017 | warning | dbo.Student | Something is odd. | Look at it. |

            ## Failures

            Tenants whose part of the run failed.

            None.

            ## Throughput

            Rows read by the batches that were committed within each step.

            | from | seconds | rows | rowsPerSecond |
            | --- | ---: | ---: | ---: |
            | 2026-03-01 08:00:10 UTC | 1.0 | 2,001 | 2,001.0 |
            | 2026-03-01 08:00:11 UTC | 1.0 | 1,009 | 1,009.0 |

            ## Slowest batches

            The slowest batch of each tenant and entity, the slowest of all first.

            | tenant | entity | batch | rows | seconds |
            | --- | --- | ---: | ---: | ---: |
            | 1 | student | 2 | 1,001 | 1.5 |

            ## Audit log

            Who did what, and what came of it. Each entry's hash covers the one before it.

            | number | at | who | action | tenant | outcome | detail | counts | hash |
            | ---: | --- | --- | --- | --- | --- | --- | --- | --- |
            | 1 | 2026-03-01 08:00:00 UTC | ada@example.org | start | - | - | full | - | {new string('a', 64)} |
            | 2 | 2026-03-01 08:01:00 UTC | system | finished | - | completedWithRejects | - | source 3,010 | {new string('b', 64)} |

            """.ReplaceLineEndings("\n"),
            MarkdownReport.Render(Samples.OfRun()));
    }

    [Theory]
    [InlineData(1_998, States.CompletedWithRejects, true, "Equal")]
    [InlineData(1_997, States.CompletedWithRejects, false, "NOT EQUAL")]
    [InlineData(1_998, States.Failed, false, "The run is failed")]
    [InlineData(1_998, States.Terminated, false, "The run is terminated")]
    [InlineData(1_998, States.Running, null, "No verdict yet")]
    public void The_verdict_is_what_the_account_and_the_state_say(long written, string state, bool? isGood, string verdict)
    {
        var report = Samples.OfRun(written: written, state: state);

        Assert.Equal(isGood, report.IsGood);
        Assert.StartsWith(verdict, report.Verdict, StringComparison.Ordinal);
        Assert.Contains(written == 1_998 ? " = " : " ≠ ", report.Equation, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_is_said_as_strongly_as_was_looked()
    {
        Assert.Equal(
            [
                "Equal in number: rows were counted, not compared.",
                "Equal: every row of both sides was read and compared.",
                "Equal, as far as rows were drawn: the numbers and a sample of rows agree.",
            ],
            new[] { ReconciliationDepth.Counts, ReconciliationDepth.Digest, ReconciliationDepth.Sample }
                .Select(depth => Samples.OfReconciliation(true, depth).Verdict));
        Assert.Equal(
            $"NOT EQUAL: 0 rows missing, 0 extra, 2 different. 1 things are not known; first: {Samples.NotMade}",
            Samples.OfReconciliation(false, ReconciliationDepth.Digest, Samples.Different(1), Samples.Different(2)).Verdict);
    }

    [Fact]
    public void What_could_not_be_looked_at_leaves_the_verdict_unknown_and_is_told()
    {
        var report = Samples.OfReconciliation(null, ReconciliationDepth.Digest);

        Assert.False(report.IsGood);
        Assert.Equal(
            "UNKNOWN: nothing that was looked at differs, but not everything could be looked at. "
            + $"1 things are not known; first: {Samples.NotMade}", report.Verdict);
        Assert.Equal([Samples.NotMade], report.Tables.Single(t => t.Name == "unknown").Rows.Select(r => r[0]));
    }

    [Fact]
    public void At_most_ten_differing_rows_of_an_entity_are_shown()
    {
        var report = Samples.OfReconciliation(
            false, ReconciliationDepth.Digest, [.. Enumerable.Range(1, 25).Select(Samples.Different)]);

        Assert.Equal(
            Enumerable.Range(1, 10).Select(n => $"{n}"), report.Tables.Single(t => t.Name == "differences").Rows.Select(r => r[2]));
    }

    [Fact]
    public void A_check_that_was_not_made_does_not_look_as_if_it_had_passed()
    {
        var checks = Samples.OfReconciliation(null, ReconciliationDepth.Counts).Tables.Single(t => t.Name == "checks");

        Assert.Equal([(0L, true), (null, (bool?)null)], checks.Rows.Select(r => ((long?)r[3], (bool?)r[4])));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a | b\n# c **d** _e_ `f` [g](http://h)")]
    [InlineData("\" onload=\"x' & \u0000 \ufffe ]]>")]
    [InlineData("=cmd|'/c calc'!A1")]
    public void Nothing_that_comes_from_data_becomes_markup(string name)
    {
        var report = Samples.OfRun(name);

        var page = XDocument.Parse(HtmlReport.Render(report)).Root!;
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "iframe" or "img" or "link" or "a");
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Equal(
            XDocument.Parse(HtmlReport.Render(Samples.OfRun())).Descendants().Count(), page.DescendantsAndSelf().Count());
        var plain = MarkdownReport.Render(Samples.OfRun()).Split('\n');
        var lines = MarkdownReport.Render(report).Split('\n');
        Assert.Equal(plain.Length, lines.Length);
        Assert.Equal(lines.Count(l => l.StartsWith('|')), plain.Count(l => l.StartsWith('|')));
        var row = lines.Single(l =>
            l.StartsWith("| 1 |", StringComparison.Ordinal) && l.Contains("2,001", StringComparison.Ordinal));
        Assert.Equal(10, Unescaped(row, '|'));
        Assert.Equal(0, Unescaped(string.Join("\n", lines), '<'));
    }

    [Fact]
    public void The_page_needs_nothing_but_itself_and_every_chart_has_its_table()
    {
        var html = HtmlReport.Render(Samples.OfRun());

        var page = XDocument.Parse(html);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href");
        Assert.Equal(3, page.Descendants(Svg + "svg").Count());
        Assert.All(page.Descendants(Svg + "svg"), svg => Assert.NotEmpty(svg.Element(Svg + "title")!.Value));
        Assert.Contains("Throughput", page.Descendants(Xhtml + "h2").Select(h => h.Value));
    }

    [Fact]
    public void A_chart_of_many_tenants_shows_the_worst_and_says_what_it_leaves_out()
    {
        var points = Enumerable.Range(1, 200).Select(n => new ReportPoint($"district {n}", n / 2.0)).ToList();
        var report = Samples.OfRun() with { Charts = [new ReportChart("Parity", ReportChartKind.Bars, "%", points)] };

        var texts = XDocument.Parse(HtmlReport.Render(report)).Descendants(Svg + "text").Select(t => t.Value).ToList();

        Assert.Equal(("district 1", "0.5 %"), (texts[0], texts[1]));
        Assert.Equal("160 more stand in the table.", texts[^1]);
        Assert.Equal(40 * 2 + 1, texts.Count);
    }

    [Fact]
    public void Only_all_is_a_hundred_percent()
    {
        var report = Samples.OfReconciliation(false, ReconciliationDepth.Digest, Samples.Different(1));

        Assert.Equal(99.95, report.Charts[0].Points.Single().Value);
    }

    [Fact]
    public void Json_has_plain_values_under_stable_names()
    {
        var json = JsonDocument.Parse(JsonReport.Render(Samples.OfRun())).RootElement;

        Assert.Equal("school", json.GetProperty("facts").GetProperty("manifest").GetString());
        var row = json.GetProperty("tables").GetProperty("account")[0];
        Assert.Equal((1_998, true), (row.GetProperty("migrated").GetInt64(), row.GetProperty("equal").GetBoolean()));
    }

    [Fact]
    public void The_archive_has_a_file_for_each_table_and_one_for_the_facts()
    {
        var report = Samples.OfRun();
        using var archive = new ZipArchive(new MemoryStream(CsvReport.Render(report)));

        Assert.Equal(
            report.Tables.Select(t => t.Name + ".csv").Prepend("report.csv"), archive.Entries.Select(e => e.FullName));
        using var text = new StreamReader(archive.GetEntry("account.csv")!.Open());
        Assert.Equal(
            ["1", "Springfield", "student", "2001", "1998", "2", "1", "2", "true"], Csv.Parse(text.ReadToEnd())[1]);
    }

    [Fact]
    public void What_is_written_as_csv_is_read_back()
    {
        var cell = Gen.OneOf(
            Gen.String, Gen.String["ab,\"\r\n ='-@é"], Gen.Const("=1+1"), Gen.Const("-5"), Gen.Const(""));
        cell.Array[3].Array[0, 5].Sample(rows =>
        {
            var csv = CsvReport.Table(["a", "b", "c"], rows);

            var read = Csv.Parse(csv);
            Assert.Equal(rows.Length + 1, read.Count);
            for (var i = 0; i < rows.Length; i++)
                Assert.Equal(rows[i].Select(Guarded), read[i + 1]);
        });
    }

    [Fact]
    public void Numbers_stay_numbers_and_formulas_become_text()
    {
        Assert.Equal(
            "a\r\n-5\r\n'=1+1\r\n'-5\r\n\r\ntrue\r\n2026-03-01T08:00:00Z\r\n",
            CsvReport.Table(["a"], [[-5L], ["=1+1"], ["-5"], [null], [true], [Samples.At]]));
    }

    static string Guarded(string text) => text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;

    static int Unescaped(string text, char mark) => text.Where((c, i) => c == mark && (i == 0 || text[i - 1] != '\\')).Count();
}
