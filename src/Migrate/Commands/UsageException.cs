using Migrate.Client;
using MigrationFunctions.Core.Errors;

namespace Migrate.Commands;

/// <summary>The command line is at fault in a way that only shows when it is used.</summary>
public sealed class UsageException(string place, string message, string remedy)
    : Exception("The command line is not valid.")
{
    public Problem Problem { get; } = new(CliErrorCodes.Usage, place, message, remedy);
}
