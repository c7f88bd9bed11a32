using Spectre.Console;
using Spectre.Console.Rendering;

namespace Migrate.Output;

/// <summary>Tables that look alike on a terminal and in a file.</summary>
static class PlainTable
{
    const int Gap = 2;

    public static Table Create(params string[] columns) => Create(Gap, columns);

    /// <param name="gap">Spaces between columns.</param>
    public static Table Create(int gap, string[] columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            var header = new Text(column, new Style(decoration: Decoration.Underline));
            table.AddColumn(new TableColumn(header).Padding(0, 0, gap, 0));
        }
        return table;
    }

    /// <summary>Figures stand to the right and are never broken.</summary>
    public static Table WithFigures(this Table table, params int[] columns)
    {
        foreach (var column in columns)
            table.Columns[column].RightAligned().NoWrap();
        return table;
    }

    public static Text Cell(string? text) => new(SafeText.Of(text));

    public static void Add(this Table table, params IRenderable[] cells) => table.AddRow(cells);
}
