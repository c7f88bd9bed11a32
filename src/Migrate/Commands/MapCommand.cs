using System.CommandLine;
using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Core.Mapping;

namespace Migrate.Commands;

/// <summary><c>migrate map</c>: legacy key to UUID and back.</summary>
static class MapCommand
{
    public static Command Create(CliServices services)
    {
        var entity = new Argument<string>("ENTITY") { Description = "The entity, as the manifest calls it." };
        var key = new Argument<string[]>("KEY")
        {
            Description = "Tenant and legacy id, as the legacy database has them; or a UUID alone.",
            HelpName = "TENANT LEGACYID | UUID",
            Arity = new ArgumentArity(1, 2),
        };
        var command = new Command("map", "Find the UUID of a legacy key, or the legacy key of a UUID.") { entity, key };
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var find = Question(parsed.GetRequiredValue(entity), parsed.GetRequiredValue(key));
            using var client = options.CreateClient(parsed);
            var answer = await find(client, cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                Print(services.Console, answer.Value);
            return ExitCodes.Done;
        });
        return command;
    }

    static Func<MigrationClient, CancellationToken, Task<Answer<LegacyIdMatch>>> Question(string entity, string[] key)
    {
        if (key is [var tenant, var legacyId])
            return (client, cancellationToken) =>
                client.FindByLegacyIdAsync(entity, tenant, legacyId, cancellationToken);
        if (!Guid.TryParse(key[0], out var id))
            throw new UsageException("KEY", "One key alone must be a UUID.",
                "Give tenant and legacy id, as in `migrate map student 7 1001`, or the UUID of a row.");
        return (client, cancellationToken) => client.FindByIdAsync(entity, id, cancellationToken);
    }

    static void Print(CliConsole console, LegacyIdMatch match)
    {
        console.Line($"entity     {SafeText.Of(match.Entity)}");
        console.Line($"tenant     {match.TenantId}");
        console.Line($"legacy id  {SafeText.Of(match.LegacyId)}");
        console.Line($"id         {match.Id}");
    }
}
