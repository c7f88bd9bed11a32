using LocalSqlServer;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LegacyServers;

/// <summary>Where a test's legacy database is served from: the stand-in, or a real SQL Server.</summary>
public interface ILegacyServer : IAsyncDisposable
{
    /// <summary>Serves a database as it is now. Disposing the source takes it away again; databases of two calls never
    /// share anything.</summary>
    Task<ILegacySource> ServeAsync(LegacyDatabase legacy, CancellationToken cancellationToken = default);
}

/// <summary>
/// A legacy database that the product reads, and that a test changes meanwhile, on whichever server. Tables and views are named
/// like <c>dbo.Student</c>. What the server refuses is an exception: SqlException on a real one, SqlServerException or
/// ArgumentException on the stand-in.
/// </summary>
public interface ILegacySource : IAsyncDisposable
{
    /// <summary>As the product gets it: of a login that may read and nothing else.</summary>
    string ConnectionString { get; }

    /// <summary>The database's name on its server.</summary>
    string Database { get; }

    /// <summary>The login of <see cref="ConnectionString"/>, as the server names it.</summary>
    string Login { get; }

    /// <summary>Faults to come.</summary>
    /// <exception cref="InvalidOperationException">The test did not ask for the stand-in: elsewhere there are none.</exception>
    FaultPlan Faults { get; }

    /// <summary>Adds a row, its values in the order of the columns. An identity column takes the value that is given, or the
    /// next one for null; a rowversion column is given null.</summary>
    Task AddAsync(string table, params object?[] row);

    /// <summary>Changes one column of each row with that key.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    Task SetAsync(string table, string keyColumn, object key, string column, object? value);

    /// <summary>Deletes each row with that key.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    Task DeleteAsync(string table, string keyColumn, object key);

    /// <summary>Adds a column at the end. The rows that are there hold NULL in it, or what
    /// <see cref="LocalSqlServer.Ddl.InitialValue"/> says if it is not nullable.</summary>
    Task AddColumnAsync(string table, string column, SqlType type, bool nullable);

    Task DropColumnAsync(string table, string column);

    /// <summary>Changes type and nullability of a column; its values become that type.</summary>
    Task AlterColumnAsync(string table, string column, SqlType type, bool nullable);

    /// <summary>Makes a view <c>SELECT * FROM table</c>, which keeps the columns that the table has now.</summary>
    Task AddViewAsync(string view, string table);

    /// <summary>Gives a view the columns that its table has now.</summary>
    Task RefreshViewAsync(string view);
}
