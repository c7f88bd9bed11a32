using Spectre.Console;
using Spectre.Console.Rendering;

namespace Migrate.Output;

/// <summary>Tables that look alike on a terminal and in a file.</summary>
static class PlainTable
{
    public static Table Create(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)).Padding(0, 0, 1, 0));
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
