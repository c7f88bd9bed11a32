using Migrate.Client;
using Migrate.Tests.Running;

namespace Migrate.Tests.Commands;

public sealed class WrongUseTests
{
    [Theory]
    [InlineData("", "Required command")]
    [InlineData("stats", "status")]
    [InlineData("start", "MANIFEST")]
    [InlineData("start m --mode half", "rehearsal")]
    [InlineData("start m --batch-size many", "many")]
    [InlineData("start m --write-path fast", "staged")]
    [InlineData("start m --isolation none", "snapshot")]
    [InlineData("start m --unknown", "--unknown")]
    [InlineData("start m --tenant", "--tenant")]
    [InlineData("start m --tenant --entity student", "--tenant needs a value")]
    [InlineData("reconcile m --entity", "--entity")]
    [InlineData("rejects run --tenant", "--tenant")]
    [InlineData("status --watch", "--watch needs a RUNID")]
    [InlineData("suspend", "RUNID")]
    [InlineData("suspend a b", "b")]
    [InlineData("validate", "FILE")]
    [InlineData("map student", "TENANT LEGACYID | UUID")]
    [InlineData("map student 1 2 3", "3")]
    [InlineData("map student 17", "UUID")]
    [InlineData("check --timeout 0", "1 to 3600")]
    [InlineData("check --url localhost:7071", "http://localhost:7071")]
    [InlineData("check --url http://user:secret@host", "plain http")]
    [InlineData("check --url http://host/?code=secret", "plain http")]
    [InlineData("check --key ключ", "function key")]
    public async Task Wrong_use_is_told_on_standard_error_and_ends_with_2(string line, string says)
    {
        var result = await Cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start --json")]
    [InlineData("check --json --url ftp://host")]
    [InlineData("map student 17 --json")]
    public async Task With_json_wrong_use_is_one_document(string line)
    {
        var result = await Cli.RunAsync(line.Split(' '));

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Equal(ExitCodes.WrongUse, result.Json().GetProperty("exitCode").GetInt32());
        Assert.Equal(CliErrorCodes.Usage, result.Json().GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task An_empty_run_id_is_no_list_of_runs()
    {
        var result = await Cli.RunAsync("status", "");

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Contains("RUNID is empty", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        var result = await Cli.RunAsync("start", "--help");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("--reject-limit", result.Output, StringComparison.Ordinal);
    }
}
