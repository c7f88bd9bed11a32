namespace Benchmarks.Measuring;

/// <summary>Columns as wide as what stands in them; figures to the right, the first two columns to the left.</summary>
sealed class TextTable(params string[] headings)
{
    const int TextColumns = 2;
    readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print(TextWriter output)
    {
        var widths = headings.Select((_, i) => _rows.Max(r => r[i].Length)).ToList();
        foreach (var row in _rows)
            output.WriteLine(string.Join("  ", row.Select(
                (cell, i) => i < TextColumns ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
    }
}
