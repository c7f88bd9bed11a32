namespace LegacyServers;

/// <summary>The one server of a test assembly, started when the first test asks for it. Registered as the assembly's fixture
/// it is ended with the assembly.</summary>
public sealed class SelectedServer : IAsyncDisposable
{
    static readonly Lazy<Task<ILegacyServer>> One = new(() => SourceChoice.FromEnvironment().StartAsync());

    /// <summary>The server; a start that failed fails every test that needs it.</summary>
    public static Task<ILegacyServer> GetAsync() => One.Value;

    public async ValueTask DisposeAsync()
    {
        if (One.IsValueCreated && One.Value.IsCompletedSuccessfully)
            await (await One.Value).DisposeAsync();
    }
}
