using Microsoft.Extensions.Configuration;
using Migrate.Output;

namespace Migrate;

/// <summary>What commands take from their surroundings.</summary>
/// <param name="Environment">Environment variables by name.</param>
/// <param name="Folder">The working folder.</param>
public sealed record CliServices(CliConsole Console, TimeProvider Clock, IConfiguration Environment, string Folder)
{
    public static CliServices OfProcess()
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        return new CliServices(
            CliConsole.OfProcess(environment), TimeProvider.System, environment, Directory.GetCurrentDirectory());
    }
}
