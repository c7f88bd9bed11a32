namespace LocalPostgres.Running;

/// <summary>
/// A server of ours: runs until it is disposed of or this process ends, and leaves nothing behind then.
/// </summary>
interface IPrivateServer : IAsyncDisposable
{
    /// <summary>Connection string of the superuser to database postgres.</summary>
    string AdminConnectionString { get; }
}
