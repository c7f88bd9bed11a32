using Microsoft.Extensions.Logging;

namespace MigrationFunctions.Connections;

/// <summary>What is logged of credentials; never one of them.</summary>
static partial class ConnectionLog
{
    [LoggerMessage(
        2601, LogLevel.Warning,
        "Connection {Connection}: its {Kind} could not be renewed; the one before serves on. {Failure}")]
    public static partial void NotRenewed(ILogger logger, ConnectionName connection, string kind, string failure);

    [LoggerMessage(2602, LogLevel.Information, "Connection {Connection}: its secret was rotated to version {Version}.")]
    public static partial void Rotated(ILogger logger, ConnectionName connection, string version);
}
