using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Connections;

/// <summary>The settings forbid to start. The message has every problem, one a line, for where nobody but a log
/// listens.</summary>
public sealed class SettingsException(IReadOnlyList<Problem> problems)
    : Exception($"The settings are refused, nothing was started:\n{string.Join('\n', problems)}")
{
    /// <summary>Everything that is wrong, at least one.</summary>
    public IReadOnlyList<Problem> Problems => problems;
}
