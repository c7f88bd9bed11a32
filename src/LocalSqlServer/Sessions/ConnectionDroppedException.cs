namespace LocalSqlServer.Sessions;

/// <summary>A fault asks to cut the connection here, without a word to the client.</summary>
sealed class ConnectionDroppedException() : Exception("A fault of the plan drops this connection.");
