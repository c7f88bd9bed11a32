using Microsoft.Data.SqlClient;

namespace LegacyServers;

/// <summary>What kind of server the tests read.</summary>
public enum SourceKind
{
    /// <summary>The stand-in.</summary>
    StandIn,

    /// <summary>SQL Server in a container of Docker's.</summary>
    Container,

    /// <summary>A server that is there.</summary>
    Server,
}

/// <summary>The server that <see cref="Variable"/> asks for.</summary>
/// <param name="ConnectionString">Of <see cref="SourceKind.Server"/>: a login that may create databases.</param>
public sealed record SourceChoice(SourceKind Kind, string? ConnectionString = null)
{
    /// <summary>Unset or empty: the stand-in. <see cref="Testcontainers"/>: a container. Else a connection string.</summary>
    public const string Variable = "MIGRATION_TEST_SQLSERVER";

    public const string Testcontainers = "testcontainers";

    public static SourceChoice FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <exception cref="InvalidOperationException">The value is neither; its text, which may hold a password, is not
    /// told.</exception>
    public static SourceChoice Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return new(SourceKind.StandIn);
        if (value.Trim().Equals(Testcontainers, StringComparison.OrdinalIgnoreCase))
            return new(SourceKind.Container);
        return IsServer(value)
            ? new(SourceKind.Server, value)
            : throw new InvalidOperationException(
                $"{Variable} is neither '{Testcontainers}' nor a connection string with a Data Source. "
                + "Unset it to use the stand-in.");
    }

    /// <summary>Starts what is asked for, or connects to it. There is no falling back to something else.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had; the message tells the ways out.</exception>
    public async Task<ILegacyServer> StartAsync(CancellationToken cancellationToken = default) => Kind switch
    {
        SourceKind.Container => await ContainerServer.StartAsync(cancellationToken: cancellationToken),
        SourceKind.Server => await ConnectAsync(cancellationToken),
        _ => new StandInServer(withFaults: false),
    };

    async Task<ILegacyServer> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RealServer.ConnectAsync(ConnectionString!, cancellationToken);
        }
        catch (SqlException e)
        {
            throw new InvalidOperationException(
                $"{Variable} names a server that cannot be used: {e.Message} Unset it to use the stand-in.", e);
        }
    }

    // The record's own text would tell the password.
    public override string ToString() => $"{Kind}";

    static bool IsServer(string value)
    {
        try
        {
            return new SqlConnectionStringBuilder(value).DataSource.Length > 0;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}
