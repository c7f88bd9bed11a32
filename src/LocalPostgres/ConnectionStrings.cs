using Npgsql;

namespace LocalPostgres;

/// <summary>The forms of connection string in use.</summary>
static class ConnectionStrings
{
    public const string Superuser = "postgres";
    const string AdminDatabase = "postgres";

    /// <summary>
    /// The superuser of a private server. Loopback needs neither TLS nor Kerberos, nor the time to try them.
    /// </summary>
    public static string Loopback(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = Superuser,
        Password = password,
        Database = AdminDatabase,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>The external server's, with the database filled in if it names none.</summary>
    /// <exception cref="PostgresUnavailableException">
    /// It is none. The message does not quote it: it may hold a password.
    /// </exception>
    public static string External(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            builder.Database ??= AdminDatabase;
            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new PostgresUnavailableException(
                $"{PostgresOptions.ExternalServerVariable} is not a connection string of the form "
                + "\"Host=...;Port=5432;Username=postgres;Password=...;Database=postgres\".");
        }
    }

    /// <summary>For work of our own: leaves no idle connection behind.</summary>
    public static string Unpooled(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    public static string WithDatabase(string connectionString, string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;
}
