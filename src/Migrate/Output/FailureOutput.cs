using LocalPostgres;
using Migrate.Client;
using Migrate.Commands;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Starting;

namespace Migrate.Output;

/// <summary>Tells why a command did not get through: on standard error, or as the one document of
/// <c>--json</c>.</summary>
static class FailureOutput
{
    public static void Tell(CliConsole console, Exception failure, int exitCode, bool asJson)
    {
        var document = Of(failure, exitCode);
        if (asJson)
        {
            console.Document(document);
            return;
        }
        console.Note(document.Error);
        console.Problems(document.Problems);
    }

    static FailureDocument Of(Exception failure, int exitCode) => failure switch
    {
        ServiceException e => new FailureDocument(e.Message, exitCode, e.Status, e.Problems),
        UsageException e => new FailureDocument(e.Message, exitCode, null, [e.Problem]),
        SettingsException e => new FailureDocument(
            "The settings are refused: nothing was started.", exitCode, null, e.Problems),
        MigrationException e => new FailureDocument("The migration cannot go on.", exitCode, null, [e.Problem]),
        PostgresUnavailableException => new FailureDocument(failure.Message, exitCode, null, []),
        OperationCanceledException => new FailureDocument("Stopped.", exitCode, null, []),
        _ => new FailureDocument("The command failed.", exitCode, null, [new Problem(
            CliErrorCodes.Unforeseen, failure.GetType().Name, failure.Message,
            "Check what it names; report it with the command if it should not be.")]),
    };
}

/// <summary>A failure as <c>--json</c> prints it.</summary>
/// <param name="Status">HTTP status of the service's answer, where there was one.</param>
public sealed record FailureDocument(string Error, int ExitCode, int? Status, IReadOnlyList<Problem> Problems);
