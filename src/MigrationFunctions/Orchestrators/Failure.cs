using System.Text.RegularExpressions;
using Microsoft.DurableTask;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Orchestrators;

/// <summary>Reads failures that crossed a process boundary: only their text is left, so a coded one is told by its code.</summary>
static partial class Failure
{
    // The Functions host's own words for a worker that died, or did not answer in time: nothing that the activity said. What
    // the worker itself throws it wraps in an RpcException.
    const string OfHost = "Microsoft.Azure.WebJobs.";
    const string OfWorker = "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException";

    /// <summary>True for a lost connection, a deadlock, a time-out, a worker process that ended: the same call may succeed
    /// later.</summary>
    public static bool IsTransient(TaskFailureDetails failure) =>
        Chain(failure).Select(Code).FirstOrDefault(code => code is not null) is { } code
            ? ErrorCodes.IsTransient(code)
            : IsOfHost(failure);

    /// <summary>True for what nobody foresaw: neither a coded failure nor one of the host.</summary>
    public static bool HasNoCode(TaskFailureDetails failure) =>
        Chain(failure).Select(Code).FirstOrDefault(code => code is not null) is null or ErrorCodes.Unforeseen;

    static bool IsOfHost(TaskFailureDetails failure) =>
        Chain(failure).Any(f => f.ErrorType.StartsWith(OfHost, StringComparison.Ordinal))
        && Chain(failure).All(f => f.ErrorType != OfWorker);

    /// <summary>The coded message, or the plain one.</summary>
    public static string Describe(TaskFailedException e) =>
        Chain(e.FailureDetails).Select(f => CodedText().Match(f.ErrorMessage)).FirstOrDefault(m => m.Success)?.Value
        ?? e.FailureDetails.ErrorMessage;

    static string? Code(TaskFailureDetails failure) =>
        CodedText().Match(failure.ErrorMessage) is { Success: true } match ? match.Groups["code"].Value : null;

    static IEnumerable<TaskFailureDetails> Chain(TaskFailureDetails? failure)
    {
        for (; failure is not null; failure = failure.InnerFailure)
            yield return failure;
    }

    [GeneratedRegex(@"(?<code>MIG\d{4}) .*")]
    private static partial Regex CodedText();
}
