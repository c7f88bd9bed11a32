using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>Keeps the app from starting while anything is wrong with its HTTP surface.</summary>
sealed class AccessCheck(IConfiguration configuration) : IHostedService
{
    /// <summary>Everything that is wrong with settings and functions.</summary>
    public static IEnumerable<Problem> Check(IConfiguration configuration) =>
        [.. AccessSettings.Check(configuration), .. HttpFunctions.OfApp().Check()];

    /// <exception cref="MigrationException">The first problem; the others are its inner failures.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var problems = Check(configuration).ToList();
        return problems.Count == 0
            ? Task.CompletedTask
            : throw new MigrationException(
                problems[0], inner: new AggregateException(problems.Skip(1).Select(p => new MigrationException(p))));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
