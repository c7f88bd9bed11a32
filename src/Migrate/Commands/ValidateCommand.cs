using System.CommandLine;
using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace Migrate.Commands;

/// <summary><c>migrate validate</c>: every problem of manifests' files. Asks nobody, or the service that is
/// named.</summary>
static class ValidateCommand
{
    public static Command Create(CliServices services)
    {
        var files = new Argument<string[]>("FILE") { Description = "Manifests.", Arity = ArgumentArity.OneOrMore };
        var offline = new Option<bool>("--offline") { Description = "Ask no service, also when --url names one." };
        var command = new Command(
            "validate", "Show every problem of manifests. Needs no service; with --url that service is asked.")
        {
            files, offline,
        };
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.NamesService(parsed) && !parsed.GetValue(offline)
                ? options.CreateClient(parsed)
                : null;
            var verdicts = new List<FileVerdict>();
            foreach (var file in parsed.GetRequiredValue(files))
                verdicts.Add(await ValidateAsync(file, services.Folder, client, cancellationToken));
            Tell(services.Console, verdicts, parsed.GetValue(options.Json));
            return verdicts.TrueForAll(v => v.Valid) ? ExitCodes.Done : ExitCodes.WrongUse;
        });
        return command;
    }

    static async Task<FileVerdict> ValidateAsync(
        string file, string folder, MigrationClient? client, CancellationToken cancellationToken)
    {
        var read = ManifestReader.ReadFile(Path.Combine(folder, file));
        if (read.Manifest is not { } manifest)
            return new FileVerdict(file, false, null, null, Placed(read.Problems, file));
        var fingerprint = ManifestFingerprint.Of(manifest);
        if (client is null)
            return new FileVerdict(file, true, manifest.Name, fingerprint, Placed(read.Problems, file));
        try
        {
            // The service may be of another version and know other rules.
            var text = await File.ReadAllTextAsync(Path.Combine(folder, file), cancellationToken);
            var answer = await client.ValidateAsync(text, Path.GetFileName(file), cancellationToken);
            return new FileVerdict(
                file, true, answer.Value.Name, answer.Value.Fingerprint, Placed(read.Problems, file));
        }
        catch (ServiceException e) when (e.Status == 400)
        {
            return new FileVerdict(file, false, null, null, Placed(e.Problems, file));
        }
    }

    // Problems name the file alone; with its path an editor finds it.
    static IReadOnlyList<Problem> Placed(IReadOnlyList<Problem> problems, string file)
    {
        var name = Path.GetFileName(file);
        return [.. problems.Select(p => p.Place.StartsWith(name, StringComparison.Ordinal)
            ? p with { Place = file + p.Place[name.Length..] }
            : p)];
    }

    static void Tell(CliConsole console, List<FileVerdict> verdicts, bool asJson)
    {
        if (asJson)
        {
            console.Document(new ValidationDocument(verdicts.TrueForAll(v => v.Valid), verdicts));
            return;
        }
        foreach (var verdict in verdicts)
        {
            foreach (var problem in verdict.Problems)
                console.Line(ProblemLine.Of(problem));
            console.Line(verdict.Valid
                ? $"{verdict.File}: valid, {verdict.Name}, fingerprint {verdict.Fingerprint}"
                : $"{verdict.File}: {Count(verdict.Problems.Count(p => p.Severity == ProblemSeverity.Error))}");
        }
    }

    static string Count(int errors) => errors == 1 ? "1 problem" : $"{errors} problems";
}

/// <summary>What <c>validate --json</c> prints.</summary>
public sealed record ValidationDocument(bool Valid, IReadOnlyList<FileVerdict> Files);

/// <summary>One file's verdict.</summary>
/// <param name="Name">Name and fingerprint stand only where the file is valid.</param>
public sealed record FileVerdict(
    string File, bool Valid, string? Name, string? Fingerprint, IReadOnlyList<Problem> Problems);
