using LocalSqlServer;
using LocalSqlServer.Storage;

namespace LegacyServers;

/// <summary>Where a test's legacy database is served from: the stand-in, or a real SQL Server.</summary>
public interface ILegacyServer : IAsyncDisposable
{
    /// <summary>Serves a database as it is now. Disposing the source takes it away again; databases of two calls never
    /// share anything.</summary>
    Task<ILegacySource> ServeAsync(LegacyDatabase legacy, CancellationToken cancellationToken = default);
}

/// <summary>A legacy database that the product reads.</summary>
public interface ILegacySource : IAsyncDisposable
{
    /// <summary>As the product gets it: of a login that may read and nothing else.</summary>
    string ConnectionString { get; }

    /// <summary>The database's name on its server.</summary>
    string Database { get; }

    /// <summary>The login of <see cref="ConnectionString"/>, as the server names it.</summary>
    string Login { get; }

    /// <summary>Faults to come.</summary>
    /// <exception cref="InvalidOperationException">The test did not ask for the stand-in: elsewhere there are none.</exception>
    FaultPlan Faults { get; }
}
