using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.SqlServer;

/// <summary>Runs statements synchronously by intent: async calls of SqlClient are slower, and have lost rows and scalars. A
/// cancellation cancels the statement on the server.</summary>
static class Statement
{
    /// <summary>The rows; whoever reads them goes on to be cancellable by the command.</summary>
    public static SqlDataReader Read(SqlCommand command, CancellationToken cancellationToken) =>
        Run(command, command.ExecuteReader, cancellationToken);

    /// <summary>The first value of the first row, or null when there is no row.</summary>
    public static object? Scalar(SqlCommand command, CancellationToken cancellationToken) =>
        Run(command, command.ExecuteScalar, cancellationToken);

    /// <summary>The answer of a statement that counts.</summary>
    /// <exception cref="MigrationException">MIG3004: it gave none; a repetition may.</exception>
    public static long Count(SqlCommand command, string place, CancellationToken cancellationToken) =>
        Scalar(command, cancellationToken) as long? ?? throw new MigrationException(
            new Problem(
                ErrorCodes.SourceTransient, place, "The source gave no answer to a count.",
                "The call is retried; if it persists, look at network and load on the source."),
            isTransient: true);

    static T Run<T>(SqlCommand command, Func<T> execute, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var cancelled = cancellationToken.Register(command.Cancel);
        try
        {
            return execute();
        }
        catch (SqlException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
