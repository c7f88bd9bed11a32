using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Gathers the problems of one document.</summary>
sealed class ProblemCollector(string document)
{
    readonly List<Problem> _problems = [];

    public IReadOnlyList<Problem> Problems => _problems;

    public void Add(string code, string path, string message, string remedy) =>
        _problems.Add(new Problem(code, $"{document} {path}", message, remedy));
}
