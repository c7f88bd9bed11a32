using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Connections;

namespace MigrationFunctions.SqlServer;

/// <summary>Reads what a SqlClient connection string says of authentication and protection, without
/// connecting.</summary>
public static class SqlServerTraits
{
    /// <summary>Null when the string is malformed, names no server or database, or brings a way to log in of its own
    /// (<c>Authentication</c>), for which the service has no part.</summary>
    public static ConnectionTraits? Of(string connectionString)
    {
        try
        {
            var builder = new SqlConnectionStringBuilder(connectionString);
            if (builder.DataSource.Length == 0 || builder.InitialCatalog.Length == 0
                || builder.Authentication
                    is not (SqlAuthenticationMethod.NotSpecified or SqlAuthenticationMethod.SqlPassword))
                return null;
            return new ConnectionTraits(
                builder.Password.Length > 0, builder.UserID.Length > 0, builder.IntegratedSecurity)
            {
                Exposure = StaysHere(builder.DataSource) ? null : Exposure(builder),
                Protection = "Set Encrypt=Strict or Mandatory and TrustServerCertificate=False; if the machine does "
                    + "not trust the server's certificate, name its file with ServerCertificate.",
            };
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // The parser's message may quote a part of the string.
            return null;
        }
    }

    static string? Exposure(SqlConnectionStringBuilder builder) =>
        builder.Encrypt == SqlConnectionEncryptOption.Optional ? "Encrypt is Optional: the rows may go unencrypted."
        : builder.Encrypt == SqlConnectionEncryptOption.Strict || !builder.TrustServerCertificate ? null
        : "TrustServerCertificate is True: the server need not prove that it is the one named.";

    // protocol:host\instance,port
    static bool StaysHere(string dataSource)
    {
        var host = dataSource.Trim();
        if (host.StartsWith("(localdb)", StringComparison.OrdinalIgnoreCase))
            return true;
        foreach (var protocol in new[] { "tcp:", "admin:", "lpc:", "np:" })
            if (host.StartsWith(protocol, StringComparison.OrdinalIgnoreCase))
                host = host[protocol.Length..];
        var end = host.IndexOfAny([',', '\\']);
        return ConnectionTraits.IsThisMachine((end < 0 ? host : host[..end]).Trim());
    }
}
