using System.Globalization;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>How each connection authenticates. A version of a secret is shortened, as commits are.</summary>
static class ConnectionTable
{
    const int VersionLength = 8;

    public static Table Of(IEnumerable<ConnectionStatus> connections)
    {
        var table = PlainTable.Create(
            "connection", "logs in by", "setting from", "secret", "version", "expires (UTC)");
        foreach (var connection in connections)
            table.Add(
                PlainTable.Cell(connection.Connection),
                PlainTable.Cell(connection.Method is { } method ? ManifestJson.Name(method) : "malformed"),
                PlainTable.Cell(connection.SettingFrom), PlainTable.Cell(connection.Secret?.Name),
                PlainTable.Cell(Version(connection.Secret)),
                PlainTable.Cell(Time(connection.Secret?.ExpiresOn ?? connection.Token?.ExpiresOn)));
        return table;
    }

    static string Version(SecretStatus? secret) => secret switch
    {
        null => "",
        { Version: null } => "unread",
        { Version.Length: > VersionLength } => secret.Version[..VersionLength],
        _ => secret.Version,
    };

    static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
