using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Starting;

/// <summary>The settings forbid to start. The message has every problem, one a line.</summary>
public sealed class SettingsException(IReadOnlyList<Problem> problems)
    : Exception($"The settings are refused, nothing was started:\n{string.Join('\n', problems)}")
{
    /// <summary>Everything that is wrong, at least one.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>One line without the stack, which says nothing: the Functions host passes on the last three lines that
    /// a worker wrote before it ended.</summary>
    public override string ToString() => Message.Replace('\n', ' ');
}
