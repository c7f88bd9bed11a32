using MigrationFunctions.Core.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Connections;

/// <summary>Reads what an Npgsql connection string says of authentication and protection, without connecting.</summary>
public static class PostgresTraits
{
    /// <summary>Null when the string is malformed or names no host or database.</summary>
    public static ConnectionTraits? Of(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
                return null;
            var hasPassword = !string.IsNullOrEmpty(builder.Password) || !string.IsNullOrEmpty(builder.Passfile)
                || !string.IsNullOrEmpty(builder.SslPassword);
            var hasUser = !string.IsNullOrEmpty(builder.Username);
            return new ConnectionTraits(hasPassword, hasUser)
            {
                Exposure = builder.Host.Split(',').All(StaysHere) ? null : Exposure(builder),
                Protection = "Set SSL Mode=VerifyFull, and Root Certificate to the authority's file if the machine "
                    + "does not trust it.",
            };
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // The parser's message may quote a part of the string.
            return null;
        }
    }

    // A token is sent as a clear-text password inside TLS: whoever answers for the server has it. Any customer of a
    // public authority passes VerifyCA, so that it counts only with an authority of one's own.
    static string? Exposure(NpgsqlConnectionStringBuilder builder) => builder.SslMode switch
    {
        SslMode.VerifyFull => null,
        SslMode.VerifyCA when !string.IsNullOrEmpty(builder.RootCertificate) => null,
        SslMode.Disable or SslMode.Allow or SslMode.Prefer =>
            $"SSL Mode is {builder.SslMode}: the connection may go unencrypted.",
        _ => $"SSL Mode is {builder.SslMode}: the server need not prove that it is the one named.",
    };

    // host, host:port or an address of IPv6, in brackets where a port follows; a path is a socket's folder.
    static bool StaysHere(string entry)
    {
        var host = entry.Trim();
        if (host.StartsWith('/') || host.StartsWith('@'))
            return true;
        if (host.StartsWith('['))
            host = host[1..].Split(']')[0];
        else if (host.Count(c => c == ':') == 1)
            host = host.Split(':')[0];
        return ConnectionTraits.IsThisMachine(host);
    }
}
