namespace LocalSqlServer.Protocol;

/// <summary>The client sent bytes that MS-TDS does not allow; the connection ends.</summary>
sealed class TdsProtocolException(string message) : Exception(message);
