using Microsoft.DurableTask;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class FailureTests
{
    const string Invocation = "Microsoft.Azure.WebJobs.Host.FunctionInvocationException";
    const string Exit = "Microsoft.Azure.WebJobs.Script.Workers.WorkerProcessExitException";
    const string Timeout = "Microsoft.Azure.WebJobs.Host.FunctionTimeoutException";
    const string Rpc = "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException";
    const string Coded = "MigrationFunctions.Core.Errors.MigrationException";

    // The first as the Functions host reported a worker that was killed.
    [Theory]
    [InlineData(true, Invocation, "Exception while executing function: Functions.PlanPage", Exit, "dotnet exited with code 137 (0x89)")]
    [InlineData(true, Invocation, "Exception while executing function: Functions.MigrateBatch", Timeout, "Timeout value exceeded.")]
    [InlineData(true, Coded, "MIG4004 school.student: the connection was lost. Wait.", null, null)]
    [InlineData(false, Coded, "MIG4003 school.student: refused. Look.", null, null)]
    [InlineData(false, Invocation, "Exception while executing function: Functions.PlanPage", Rpc, "Result: Failure NullReferenceException")]
    [InlineData(false, Invocation, "Exception while executing function: Functions.PlanPage", Rpc, "MIG1001 manifest: wrong. Correct it.")]
    [InlineData(false, "System.NullReferenceException", "Object reference not set.", null, null)]
    public void What_may_heal_is_a_transient_code_or_a_worker_that_the_host_lost(
        bool isTransient, string type, string message, string? innerType, string? innerMessage) => Assert.Equal(
            isTransient,
            Failure.IsTransient(new TaskFailureDetails(
                type, message, null, innerType is null ? null : new TaskFailureDetails(innerType, innerMessage!, null, null, null), null)));
}
