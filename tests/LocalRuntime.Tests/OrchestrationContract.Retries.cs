namespace LocalRuntime.Tests;

public abstract partial class OrchestrationContract
{
    [Fact]
    public async Task A_retry_handler_decides_on_each_failure()
    {
        await using var host = await StartAsync();
        Assert.Equal("attempt 3", (await host.RunAsync("RetryingByHandler")).ReadOutputAs<string>());
    }
}
