using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Scripts;

/// <summary>The scripts that talk to Azure, as far as they can be followed without it.</summary>
public sealed class DeploymentScriptTests : IDisposable
{
    const string Vault = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";

    readonly AzureCliStandIn _az = new();
    readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("deployment-");

    string Parameters
    {
        get
        {
            var file = Path.Combine(_output.FullName, "main.test.bicepparam");
            File.WriteAllText(file, "");
            return file;
        }
    }

    [Fact]
    public async Task What_would_change_is_told_in_a_table_without_what_stays()
    {
        var result = await PreviewAsync("Create", "Modify", "NoChange", "Ignore");

        Assert.True(result.ExitCode == 0, result.Errors);
        var summary = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "what-if.md"));
        Assert.Contains("1 to create, 1 to change, 0 to delete", summary, StringComparison.Ordinal);
        Assert.Contains("| Modify | Microsoft.KeyVault/vaults/kv | properties.sku |", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("| NoChange", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("/subscriptions/", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deployment_that_would_delete_is_refused_unless_it_is_allowed()
    {
        var refused = await PreviewAsync("Delete");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("would delete", refused.Errors, StringComparison.Ordinal);
        var allowed = await _az.RunAsync(
            "what-if.sh", "--resource-group", "rg", "--parameters", Parameters, "--output", _output.FullName, "--allow-delete");
        Assert.True(allowed.ExitCode == 0, allowed.Errors);
    }

    [Fact]
    public async Task A_deployment_says_its_state_and_no_output()
    {
        var result = await _az.On("deployment group create", "Succeeded").RunAsync(
            "deploy.sh", "--resource-group", "rg", "--parameters", Parameters, "--name", "migration-7");

        Assert.Equal((0, "Succeeded\n"), (result.ExitCode, result.Output));
        Assert.Contains(
            "--mode Incremental --only-show-errors --query properties.provisioningState",
            _az.Calls.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11111111-2222-3333-4444-555555555555", "api://11111111-2222-3333-4444-555555555555")]
    [InlineData("", "none")]
    public async Task An_environment_is_found_by_its_resource_group(string client, string application)
    {
        var result = await Found("app", client).RunAsync("environment.sh", "--resource-group", "rg");

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(
            $"functionApp=app\nserviceUrl=https://app.azurewebsites.net\nkeyVault=kv\nentraApplication={application}\n", result.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("app\nother")]
    public async Task An_environment_with_no_app_or_several_is_refused(string apps)
    {
        var result = await Found(apps, "").RunAsync("environment.sh", "--resource-group", "rg");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("rg has not exactly one function app", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_function_key_gets_into_the_vault_without_being_seen()
    {
        const string Key = "key-4711";
        var result = await _az.On("functionapp keys list", Key).RunAsync(
            "function-key.sh", "--resource-group", "rg", "--app", "app", "--vault", "kv");

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal((Key, "600\n"), (_az.Read("secret"), _az.Read("mode")));
        Assert.DoesNotContain(Key, result.Output + result.Errors + string.Join(' ', _az.Calls), StringComparison.Ordinal);
        Assert.Contains("keyvault secret set --vault-name kv --name migration-function-key", _az.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_gives_no_key_leaves_the_vault_as_it_is()
    {
        var result = await _az.RunAsync("function-key.sh", "--resource-group", "rg", "--app", "app", "--vault", "kv");

        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain(_az.Calls, c => c.StartsWith("keyvault secret set", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("key-4711", false, true)]
    [InlineData("key-of-before", false, false)]
    [InlineData("key-4711", true, false)]
    public async Task A_key_that_app_and_vault_agree_on_stays_unless_it_is_to_be_renewed(string kept, bool renew, bool stays)
    {
        string[] arguments = ["--resource-group", "rg", "--app", "app", "--vault", "kv", .. renew ? new[] { "--renew" } : []];
        var result = await _az.On("functionapp keys list", "key-4711").On("keyvault secret show", kept)
            .RunAsync("function-key.sh", arguments);

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(stays, !_az.Calls.Any(c => c.StartsWith("functionapp keys set", StringComparison.Ordinal)));
        Assert.Equal(stays, !_az.Calls.Any(c => c.StartsWith("keyvault secret set", StringComparison.Ordinal)));
        Assert.Contains(stays ? "stays as it is" : "is renewed", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(20, 1)]
    public async Task An_app_that_still_starts_is_asked_for_its_key_again_but_not_for_ever(int failures, int exitCode)
    {
        var result = await _az.Fails("functionapp keys set", failures).On("functionapp keys list", "key-4711").RunAsync(
            "function-key.sh", "--resource-group", "rg", "--app", "app", "--vault", "kv", "--retry-seconds", "0");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(exitCode == 0, _az.Calls.Any(c => c.StartsWith("keyvault secret set", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("what-if.sh")]
    [InlineData("deploy.sh")]
    [InlineData("environment.sh")]
    [InlineData("function-key.sh")]
    [InlineData("package.sh", "--only", "tests")]
    public async Task Wrong_use_is_2(string script, params string[] arguments)
    {
        var result = await _az.RunAsync(script, arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"Try: {script} --help", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _az.Dispose();
        _output.Delete(recursive: true);
    }

    Task<ToolResult> PreviewAsync(params string[] changes)
    {
        Installed.Need(Installed.Find("jq") is not null, "jq is missing: apt-get install jq");
        var all = changes.Select(c =>
            $$"""{ "changeType": "{{c}}", "resourceId": "{{Vault}}", "delta": [{ "path": "properties.sku" }] }""");
        return _az.On("deployment group what-if", $$"""{ "changes": [{{string.Join(',', all)}}] }""").RunAsync(
            "what-if.sh", "--resource-group", "rg", "--parameters", Parameters, "--output", _output.FullName);
    }

    AzureCliStandIn Found(string apps, string client) => _az
        .On("functionapp list --query [].name", apps)
        .On("functionapp list --query [].defaultHostName", "app.azurewebsites.net")
        .On("functionapp list --query [].id", "/subscriptions/1/sites/app")
        .On("keyvault list --query [].name", "kv")
        .On("rest --method get --url /subscriptions/1/sites/app/config/authsettingsV2", client);
}
