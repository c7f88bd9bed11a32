using System.Diagnostics;
using System.Globalization;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>Named places where a test may end the process with SIGKILL, to prove that nothing is lost there.
/// Set <c>MIGRATION_KILL_AT</c> to <c>name</c> or <c>name:n</c> (the n-th passing); without it a passing costs one
/// comparison with null.</summary>
public static class FaultPoint
{
    static readonly string? Armed = Environment.GetEnvironmentVariable("MIGRATION_KILL_AT")?.Split(':')[0];
    static int _left = PassingsBefore(Environment.GetEnvironmentVariable("MIGRATION_KILL_AT"));

    /// <summary>Passes the point of that name; does not return when it is the armed one.</summary>
    public static void Pass(string name)
    {
        if (Armed is null || !string.Equals(Armed, name, StringComparison.Ordinal))
            return;
        if (Interlocked.Decrement(ref _left) == 0)
            Process.GetCurrentProcess().Kill();
    }

    static int PassingsBefore(string? setting) =>
        setting?.Split(':') is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1;
}
