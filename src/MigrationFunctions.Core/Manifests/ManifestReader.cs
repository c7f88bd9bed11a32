using System.Text;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Reads manifests. Every problem of form and of meaning is reported at once, each with file, JSON path and
/// remedy; no input makes it throw.</summary>
public static class ManifestReader
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads and validates a manifest's text. A <c>$schema</c> property at the top is allowed and
    /// ignored.</summary>
    /// <param name="file">What the text is, as problems name it: a file name, or <c>request</c>.</param>
    public static ManifestReadResult Read(string json, string file) => Read(json, file, expectedName: null);

    /// <summary>Reads and validates a file; the manifest's name must be the file's.</summary>
    public static ManifestReadResult ReadFile(string path)
    {
        var file = Path.GetFileName(path);
        string json;
        try
        {
            var info = new FileInfo(path);
            if (info.Length > JsonSyntax.MaxBytes)
                return new ManifestReadResult(null, [JsonSyntax.TooLarge(info.Length, file)]);
            json = StrictUtf8.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            return new ManifestReadResult(null, [Unreadable(e, file)]);
        }
        return Read(json, file, Path.GetFileNameWithoutExtension(file));
    }

    static ManifestReadResult Read(string json, string file, string? expectedName)
    {
        var read = StrictJson.Read<Manifest>(json, file);
        if (read.Repaired is null)
            return new ManifestReadResult(null, read.Problems);

        var meaning = ManifestValidator.Validate(read.Repaired, file);
        if (expectedName is not null && read.Repaired.Name != expectedName)
            meaning = [NameDiffers(read.Repaired.Name, expectedName, file), .. meaning];
        // What was replaced is reported already; a second complaint about the replacement would mislead.
        var above = read.FaultyPlaces.SelectMany(JsonPath.SelfAndAncestors).ToHashSet(StringComparer.Ordinal);
        var problems = read.With(meaning.Where(p => !FollowsFromBelow(p, above))).Problems.ToList();
        var isValid = problems.TrueForAll(p => p.Severity != ProblemSeverity.Error);
        return new ManifestReadResult(isValid ? read.Repaired : null, problems);
    }

    static Problem Unreadable(Exception error, string file) => error switch
    {
        DecoderFallbackException => new Problem(
            ErrorCodes.ManifestUnreadable, file, "The file is not UTF-8.", "Save it as UTF-8."),
        FileNotFoundException or DirectoryNotFoundException => new Problem(
            ErrorCodes.ManifestUnreadable, file, "There is no such file.", "Check the path."),
        _ => new Problem(
            ErrorCodes.ManifestUnreadable, file, "The file cannot be read.",
            "Check that it is a file and that this account may read it."),
    };

    static Problem NameDiffers(string name, string expected, string file) => new(
        ErrorCodes.NameDiffersFromFile, $"{file} $.name",
        $"The manifest calls itself {Quoted.Text(name)}, but manifests are found by their file's name.",
        $"Rename the file, or call the manifest {Quoted.Text(expected)}.");

    // A filter whose operator was misspelled would be said to have none, one level above.
    static bool FollowsFromBelow(Problem problem, HashSet<string> aboveFaulty) =>
        problem.Code == ErrorCodes.FilterOperator && aboveFaulty.Contains(problem.Place);
}
