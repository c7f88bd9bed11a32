using MigrationFunctions.Core.Errors;

namespace Migrate.Output;

/// <summary>A problem as one line, so that it can be searched for and counted.</summary>
public static class ProblemLine
{
    /// <summary><c>place: CODE message  -> remedy</c>.</summary>
    public static string Of(Problem problem)
    {
        var severity = problem.Severity == ProblemSeverity.Warning ? "warning " : "";
        return SafeText.Of($"{problem.Place}: {severity}{problem.Code} {problem.Message}  -> {problem.Remedy}");
    }
}
