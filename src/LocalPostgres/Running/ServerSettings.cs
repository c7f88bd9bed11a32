namespace LocalPostgres.Running;

/// <summary>
/// The settings of a private server that differ from PostgreSQL's own; none changes what a statement means.
/// </summary>
static class ServerSettings
{
    /// <summary>Ours, then the caller's over them.</summary>
    public static Dictionary<string, string> For(PostgresOptions options)
    {
        var settings = new Dictionary<string, string>
        {
            ["max_connections"] = "200",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["lc_messages"] = "C",
            ["max_wal_size"] = "2GB",
        };
        if (!options.Durable)
        {
            settings["fsync"] = "off";
            settings["full_page_writes"] = "off";
        }
        foreach (var (name, value) in options.Settings)
        {
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
                throw new ArgumentException($"'{name}' is not the name of a PostgreSQL setting.", nameof(options));
            settings[name] = value;
        }
        return settings;
    }

    /// <summary>
    /// A value as it stands between quotes in postgresql.conf (PostgreSQL doc, "Setting Parameters").
    /// </summary>
    public static string Quoted(string value) =>
        value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
}
