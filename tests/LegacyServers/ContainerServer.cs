using System.Security.Cryptography;
using LocalSqlServer.Storage;
using Testcontainers.MsSql;

namespace LegacyServers;

/// <summary>SQL Server in a container, started for the tests and removed after them; should their process die, Testcontainers'
/// own reaper removes it.</summary>
sealed class ContainerServer(MsSqlContainer container, RealServer server) : ILegacyServer
{
    /// <summary>A fixed tag, so that two runs meet the same server. Its sqlcmd, by which Testcontainers sees that the server
    /// is ready, lies in /opt/mssql-tools18.</summary>
    public const string Image = "mcr.microsoft.com/mssql/server:2022-CU14-ubuntu-22.04";

    /// <param name="endpoint">Docker's, if not the usual one.</param>
    /// <exception cref="InvalidOperationException">Docker is not there, or the container does not start.</exception>
    public static async Task<ContainerServer> StartAsync(string? endpoint = null, CancellationToken cancellationToken = default)
    {
        MsSqlContainer? container = null;
        try
        {
            var builder = new MsSqlBuilder(Image).WithPassword($"Aa1-{RandomNumberGenerator.GetHexString(32)}");
            container = (endpoint is null ? builder : builder.WithDockerEndpoint(endpoint)).Build();
            await container.StartAsync(cancellationToken);
            return new(container, await RealServer.ConnectAsync(container.GetConnectionString(), cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (container is not null)
                await container.DisposeAsync();
            throw new InvalidOperationException(
                $"{SourceChoice.Variable}={SourceChoice.Testcontainers} asks for SQL Server in Docker ({Image}), and it did "
                + $"not start: {e.Message} Start Docker, name a server by a connection string, or unset the variable to use the stand-in.",
                e);
        }
    }

    public Task<ILegacySource> ServeAsync(LegacyDatabase legacy, CancellationToken cancellationToken = default) =>
        server.ServeAsync(legacy, cancellationToken);

    // Databases and login go with it.
    public ValueTask DisposeAsync() => container.DisposeAsync();
}
