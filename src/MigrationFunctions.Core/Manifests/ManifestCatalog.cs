using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>The manifests of one folder. Nothing is cached: a file that was changed is read anew.</summary>
public sealed class ManifestCatalog(string folder)
{
    const string Extension = ".json";
    const string SchemaFile = "manifest.schema.json";

    /// <summary>Every manifest of the folder by name, broken ones with their problems.</summary>
    public IReadOnlyList<ManifestListing> List() =>
        [.. Names().Select(name =>
        {
            var read = ManifestReader.ReadFile(PathOf(name));
            return new ManifestListing(name, name + Extension, read.Manifest?.Description, read.Problems);
        })];

    /// <summary>Reads the manifest of that name. An unknown name is a problem that lists the known ones. The name is
    /// looked up in the folder's own listing, so that no path can reach outside it.</summary>
    public ManifestReadResult Find(string name)
    {
        var names = Names();
        if (names.Contains(name))
            return ManifestReader.ReadFile(PathOf(name));
        var remedy = names.Count == 0
            ? "The manifest folder holds none: check the setting that names it."
            : $"{Suggestion.Sentence(name, names)}Known are {string.Join(", ", names)}.";
        var problem = new Problem(
            ErrorCodes.ManifestNotFound, "manifest", $"There is no manifest {Quoted.Text(name)}.", remedy);
        return new ManifestReadResult(null, [problem]);
    }

    string PathOf(string name) => Path.Combine(folder, name + Extension);

    /// <summary>Names of the folder's manifests, in order.</summary>
    public IReadOnlyList<string> Names() =>
        !Directory.Exists(folder)
            ? []
            : [.. Directory.EnumerateFiles(folder, "*" + Extension)
                .Select(path => Path.GetFileName(path))
                .Where(file => file != SchemaFile && file.EndsWith(Extension, StringComparison.Ordinal))
                .Select(file => file[..^Extension.Length])
                .Order(StringComparer.Ordinal)];
}

/// <summary>A manifest as a list shows it.</summary>
/// <param name="Name">Name to start it by.</param>
/// <param name="File">File in the manifest folder.</param>
/// <param name="Description">The manifest's own description, when it is valid and has one.</param>
/// <param name="Problems">What is wrong with it; empty when it can be started.</param>
public sealed record ManifestListing(string Name, string File, string? Description, IReadOnlyList<Problem> Problems);
