using System.Globalization;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>How each connection authenticates.</summary>
static class ConnectionTable
{
    public static Table Of(IEnumerable<ConnectionStatus> connections)
    {
        var table = PlainTable.Create("connection", "logs in by", "setting from", "secret and version", "expires (UTC)");
        foreach (var connection in connections)
            table.Add(
                PlainTable.Cell(connection.Connection),
                PlainTable.Cell(connection.Method is { } method ? ManifestJson.Name(method) : "malformed"),
                PlainTable.Cell(connection.SettingFrom), PlainTable.Cell(Secret(connection.Secret)),
                PlainTable.Cell(Time(connection.Secret?.ExpiresOn ?? connection.Token?.ExpiresOn)));
        return table;
    }

    static string Secret(SecretStatus? secret) =>
        secret is null ? "" : secret.Version is null ? $"{secret.Name}, not read yet" : $"{secret.Name} {secret.Version}";

    static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";
}
