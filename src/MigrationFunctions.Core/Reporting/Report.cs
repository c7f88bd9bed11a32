namespace MigrationFunctions.Core.Reporting;

/// <summary>A report before it has a form: every form shows the same, in this order.</summary>
/// <param name="Verdict">First of all: a sentence.</param>
/// <param name="IsGood">Whether the verdict is what one hopes for; null for none yet.</param>
/// <param name="Equation">The account: <c>source 20,042 = migrated 20,010 + rejected 27 + filtered 5</c>.</param>
/// <param name="Facts">What was asked, by whom, when, and the signatures.</param>
public sealed record Report(
    string Title, string Verdict, bool? IsGood, string Equation, IReadOnlyList<ReportFact> Facts,
    IReadOnlyList<ReportChart> Charts, IReadOnlyList<ReportTable> Tables);

/// <summary>A fact in a line.</summary>
public sealed record ReportFact(string Name, string Value);

/// <summary>A table.</summary>
/// <param name="Name">Stable name in lower case: of its CSV file and its JSON property.</param>
/// <param name="Note">What it means, in a sentence.</param>
/// <param name="Rows">Cells are text, whole numbers, booleans, times or null.</param>
public sealed record ReportTable(
    string Name, string Title, string Note, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>A chart. What it shows stands in one of the tables, too.</summary>
/// <param name="Unit">Of the values: <c>%</c> stands behind each.</param>
/// <param name="Points">In the order in which they are drawn; of many bars the first ones are.</param>
public sealed record ReportChart(string Title, ReportChartKind Kind, string Unit, IReadOnlyList<ReportPoint> Points);

/// <summary>A labelled value of a chart.</summary>
public sealed record ReportPoint(string Label, double Value);

/// <summary>Forms of charts.</summary>
public enum ReportChartKind
{
    /// <summary>Values over time, from left to right.</summary>
    Line,

    /// <summary>Values side by side, one below the other.</summary>
    Bars,
}
