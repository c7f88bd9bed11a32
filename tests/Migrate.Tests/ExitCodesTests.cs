using Migrate.Client;
using Migrate.Commands;
using Migrate.Tests.Running;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Tests;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(States.Completed, true, ExitCodes.Done)]
    [InlineData(States.Completed, false, ExitCodes.NotEqual)]
    [InlineData(States.CompletedWithRejects, true, ExitCodes.Done)]
    [InlineData(States.CompletedWithRejects, false, ExitCodes.NotEqual)]
    [InlineData(States.Terminated, true, ExitCodes.Failed)]
    [InlineData(States.Terminated, false, ExitCodes.Failed)]
    [InlineData(States.Interrupted, false, ExitCodes.Failed)]
    [InlineData(States.Failed, true, ExitCodes.Failed)]
    [InlineData(States.Failed, false, ExitCodes.Failed)]
    [InlineData(States.Pending, false, ExitCodes.Done)]
    [InlineData(States.Running, false, ExitCodes.Done)]
    [InlineData(States.Suspended, false, ExitCodes.Done)]
    public void A_run_says_by_its_state_and_its_account(string status, bool isConserved, int expected) =>
        Assert.Equal(expected, ExitCodes.Of(Runs.Of(status) with { IsConserved = isConserved }));

    [Theory]
    [InlineData(ErrorCodes.SourceUnreachable, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.SourceLoginRefused, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.SourcePrivilegeMissing, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.SourceNotConfigured, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.TargetUnreachable, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.TargetLoginRefused, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.TargetPrivilegeMissing, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.TargetNotConfigured, ExitCodes.CannotConnect)]
    [InlineData(ErrorCodes.RejectLimitExceeded, ExitCodes.NotEqual)]
    [InlineData(ErrorCodes.NotConserved, ExitCodes.NotEqual)]
    [InlineData(ErrorCodes.TargetTableMissing, ExitCodes.Failed)]
    [InlineData(ErrorCodes.SourceTransient, ExitCodes.Failed)]
    public void A_failed_run_says_by_the_code_of_its_failure(string code, int expected)
    {
        var failure = Runs.Problem(code).ToString();

        Assert.Equal(expected, ExitCodes.Of(Runs.Failed(failure)));
        Assert.Equal(expected, ExitCodes.Of(Runs.Failed($"1 of 2 tenants failed; first: {failure}", failure, null)));
    }

    [Fact]
    public void Every_tenant_of_a_failed_run_has_a_say()
    {
        var limit = Runs.Problem(ErrorCodes.RejectLimitExceeded).ToString();
        var unequal = Runs.Problem(ErrorCodes.NotConserved).ToString();
        var other = Runs.Problem(ErrorCodes.TargetCommandFailed).ToString();

        Assert.Equal(ExitCodes.NotEqual, ExitCodes.Of(Runs.Failed(limit, limit, unequal)));
        Assert.Equal(ExitCodes.Failed, ExitCodes.Of(Runs.Failed(limit, limit, other)));
    }

    [Fact]
    public void An_error_among_the_findings_counts_and_a_warning_does_not()
    {
        var failed = Runs.Failed(Runs.Problem(ErrorCodes.TargetTableMissing).ToString());

        Assert.Equal(ExitCodes.CannotConnect, ExitCodes.Of(
            failed with { Findings = [Runs.Problem(ErrorCodes.TargetPrivilegeMissing)] }));
        Assert.Equal(ExitCodes.Failed, ExitCodes.Of(
            failed with { Findings = [Runs.Problem(ErrorCodes.TargetPrivilegeMissing, ProblemSeverity.Warning)] }));
    }

    [Theory]
    [InlineData(200, ExitCodes.CannotConnect)]
    [InlineData(302, ExitCodes.WrongUse)]
    [InlineData(400, ExitCodes.WrongUse)]
    [InlineData(401, ExitCodes.CannotConnect)]
    [InlineData(403, ExitCodes.CannotConnect)]
    [InlineData(404, ExitCodes.WrongUse)]
    [InlineData(408, ExitCodes.CannotConnect)]
    [InlineData(409, ExitCodes.Conflict)]
    [InlineData(413, ExitCodes.WrongUse)]
    [InlineData(422, ExitCodes.Failed)]
    [InlineData(429, ExitCodes.CannotConnect)]
    [InlineData(500, ExitCodes.Failed)]
    [InlineData(502, ExitCodes.Failed)]
    [InlineData(503, ExitCodes.CannotConnect)]
    [InlineData(504, ExitCodes.Failed)]
    public void A_refusal_says_by_its_status(int status, int expected) =>
        Assert.Equal(expected,
            ExitCodes.Of(new ServiceException(status, "x", [Runs.Problem(ErrorCodes.TargetTableMissing)])));

    [Fact]
    public void Other_failures_have_theirs()
    {
        Assert.Equal(ExitCodes.CannotConnect, ExitCodes.Of(new ServiceException(null, "x", [])));
        Assert.Equal(ExitCodes.CannotConnect, ExitCodes.Of(
            new ServiceException(422, "x", [Runs.Problem(ErrorCodes.TargetUnreachable)])));
        Assert.Equal(ExitCodes.CannotConnect,
            ExitCodes.Of(new MigrationException(Runs.Problem(ErrorCodes.SourceUnreachable))));
        Assert.Equal(ExitCodes.Failed,
            ExitCodes.Of(new MigrationException(Runs.Problem(ErrorCodes.TargetTableMissing))));
        Assert.Equal(ExitCodes.CannotConnect, ExitCodes.Of(new LocalPostgres.PostgresUnavailableException("x")));
        Assert.Equal(ExitCodes.WrongUse, ExitCodes.Of(new UsageException("x", "y", "z")));
        Assert.Equal(ExitCodes.Interrupted, ExitCodes.Of(new OperationCanceledException()));
        Assert.Equal(ExitCodes.Failed, ExitCodes.Of(new InvalidOperationException("x")));
    }
}
