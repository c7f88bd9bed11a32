using Dapper;
using Microsoft.Data.SqlClient;

namespace MigrationFunctions.SqlServer;

/// <summary>Questions to SQL Server's catalogue over one connection; synchronous, as <see cref="Statement"/> says why.</summary>
sealed class CatalogQuery
{
    readonly SqlConnection _connection;
    readonly int _timeoutSeconds;

    CatalogQuery(SqlConnection connection, int timeoutSeconds) => (_connection, _timeoutSeconds) = (connection, timeoutSeconds);

    /// <summary>Asks; failures come out coded.</summary>
    public static async Task<T> RunAsync<T>(
        SqlServerConnections connections, int timeoutSeconds, string place, Func<CatalogQuery, T> ask,
        CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenAsync(cancellationToken);
        try
        {
            return ask(new CatalogQuery(connection, timeoutSeconds));
        }
        catch (Exception e) when (SqlServerErrors.IsSourceFailure(e, cancellationToken))
        {
            throw SqlServerErrors.OnCommand(e, place);
        }
    }

    public IReadOnlyList<T> List<T>(string sql, object? parameters = null) =>
        _connection.Query<T>(sql, parameters, commandTimeout: _timeoutSeconds).AsList();

    /// <summary>The first column of the first row.</summary>
    public T? Ask<T>(string sql, object? parameters = null) =>
        _connection.ExecuteScalar<T>(sql, parameters, commandTimeout: _timeoutSeconds);
}
