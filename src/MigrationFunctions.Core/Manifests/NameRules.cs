using System.Text.RegularExpressions;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Names that a manifest gives to things of its own.</summary>
static partial class NameRules
{
    public const string ManifestPattern = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
    public const string EntityPattern = "^[a-z][a-z0-9_]*$";
    public const string FilterPattern = "^[a-z][A-Za-z0-9_]*$";

    /// <summary>Characters in a name: it must fit into PostgreSQL's identifiers and into file names.</summary>
    public const int MaxLength = 63;

    public static bool IsManifestName(string name) => name.Length <= MaxLength && ManifestName().IsMatch(name);

    public static void CheckManifest(ProblemCollector problems, string path, string name)
    {
        if (!IsManifestName(name))
            Add(problems, path, name, "lower case letters and digits, joined by single dashes: 'school-district'");
    }

    public static void CheckEntity(ProblemCollector problems, string path, string name)
    {
        if (name.Length > MaxLength || !EntityName().IsMatch(name))
            Add(problems, path, name, "lower case letters, digits and underscores: 'grade_scale'");
    }

    public static void CheckFilter(ProblemCollector problems, string path, string name)
    {
        if (name.Length > MaxLength || !FilterName().IsMatch(name))
            Add(problems, path, name, "letters, digits and underscores, beginning in lower case: 'testStudents'");
    }

    static void Add(ProblemCollector problems, string path, string name, string rule) =>
        problems.Add(ErrorCodes.InvalidName, path, $"{Quoted.Text(name)} is not a name that can be used here.",
            $"Use 1 to {MaxLength} {rule}.");

    [GeneratedRegex(ManifestPattern + "(?!\n)")]
    private static partial Regex ManifestName();

    [GeneratedRegex(EntityPattern + "(?!\n)")]
    private static partial Regex EntityName();

    [GeneratedRegex(FilterPattern + "(?!\n)")]
    private static partial Regex FilterName();
}
