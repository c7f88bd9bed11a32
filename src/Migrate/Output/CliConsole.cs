using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Migrate.Output;

/// <summary>Standard output for the result, standard error for everything said beside it.</summary>
/// <param name="terminal">Draws on <paramref name="output"/>.</param>
/// <param name="isInteractive">Somebody watches: output may be redrawn in place.</param>
public sealed class CliConsole(TextWriter output, TextWriter error, IAnsiConsole terminal, bool isInteractive)
{
    const int WidthOfFiles = 100;

    // No browser reads it: an apostrophe may stay one.
    static readonly JsonSerializerOptions Json = new(ManifestJson.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public TextWriter Output => output;

    public TextWriter Error => error;

    public IAnsiConsole Terminal => terminal;

    public bool IsInteractive => isInteractive;

    /// <summary>The process's own streams. No colour and no redrawing when output is redirected; no colour when
    /// <c>NO_COLOR</c> is set (no-color.org).</summary>
    public static CliConsole OfProcess(IConfiguration environment)
    {
        var redirected = Console.IsOutputRedirected;
        var plain = redirected || !string.IsNullOrEmpty(environment["NO_COLOR"]);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        if (redirected)
            terminal.Profile.Width = WidthOfFiles;
        return new CliConsole(Console.Out, Console.Error, terminal, !redirected && terminal.Profile.Capabilities.Ansi);
    }

    /// <summary>A line of the result.</summary>
    public void Line(string text = "") => output.WriteLine(text);

    /// <summary>A table or the like, as part of the result.</summary>
    public void Draw(IRenderable drawing)
    {
        if (isInteractive)
        {
            terminal.Write(drawing);
            return;
        }
        // A file keeps what a terminal does not show: the spaces that fill a table's lines.
        var text = string.Concat(drawing.GetSegments(terminal).Select(s => s.Text));
        foreach (var line in text.TrimEnd().Split('\n'))
            output.WriteLine(line.TrimEnd());
    }

    /// <summary>A line beside the result.</summary>
    public void Note(string text) => error.WriteLine(text);

    /// <summary>The one document of <c>--json</c>.</summary>
    public void Document(object document) => output.WriteLine(JsonSerializer.Serialize(document, Json));

    /// <summary>Problems beside the result, one a line.</summary>
    public void Problems(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
            Note(ProblemLine.Of(problem));
    }
}
