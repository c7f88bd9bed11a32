using System.CommandLine;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Starting;

namespace Migrate.Commands;

/// <summary>The command line of <c>start</c> as the request that it stands for. Ranges are the service's to check: it
/// names every problem at once.</summary>
sealed class StartOptions
{
    readonly Argument<string> _manifest = new("MANIFEST")
    {
        Description = "A manifest, as `migrate manifests` lists it.",
    };


    readonly Option<string?> _mode = EnumOption.Create<RunMode>(
        "--mode",
        "What the run does to the target: roll all back (the default), write into a rehearsal target, write.");
    readonly Option<string[]> _tenants = Several(
        "--tenant", "Legacy key of a tenant; repeat it for more. [default: all]");
    readonly Option<string[]> _entities = Several("--entity", "An entity; repeat it for more. [default: all]");
    readonly Option<int?> _batchSize = new("--batch-size") { Description = "Rows in a batch." };
    readonly LimitOptions _limits;
    readonly Option<string?> _secondaryIndexes = EnumOption.Create<SecondaryIndexes>(
        "--secondary-indexes", "What becomes of indexes and foreign keys while rows are loaded.");
    readonly Option<string?> _writePath = EnumOption.Create<WritePath>("--write-path", "How rows are written.");
    readonly Option<string?> _isolation = EnumOption.Create<SourceIsolation>(
        "--isolation", "Isolation of reads from the source.");
    readonly Option<int?> _commandTimeout = new("--command-timeout")
    {
        Description = "Seconds a database command may take.",
    };


    public StartOptions(Command command)
    {
        command.Arguments.Add(_manifest);
        foreach (var option in new Option[]
        {
            _mode, _tenants, _entities, _batchSize, _secondaryIndexes, _writePath, _isolation, _commandTimeout,
        })
            command.Options.Add(option);
        _limits = new LimitOptions(command);
    }

    public StartRequest Read(ParseResult parsed)
    {
        var limits = _limits.Read(parsed);
        var overrides = new MigrationOptionOverrides
        {
            BatchSize = parsed.GetValue(_batchSize),
            BatchWindow = limits.BatchWindow,
            TenantWindow = limits.TenantWindow,
            SourceReaders = limits.SourceReaders,
            TargetWriters = limits.TargetWriters,
            Throttle = limits.Throttle,
            Blackouts = limits.Blackouts,
            RejectLimit = limits.RejectLimit,
            SecondaryIndexes = EnumOption.Get<SecondaryIndexes>(parsed, _secondaryIndexes),
            WritePath = EnumOption.Get<WritePath>(parsed, _writePath),
            Isolation = EnumOption.Get<SourceIsolation>(parsed, _isolation),
            CommandTimeoutSeconds = parsed.GetValue(_commandTimeout),
        };
        return new StartRequest
        {
            Manifest = parsed.GetRequiredValue(_manifest),
            Mode = EnumOption.Get<RunMode>(parsed, _mode) ?? RunMode.DryRun,
            Tenants = Given(parsed, _tenants),
            Entities = Given(parsed, _entities),
            Options = overrides == new MigrationOptionOverrides() ? null : overrides,
        };
    }

    /// <summary>An option that selects by what it lists. Without a value it would take the next option for one.</summary>
    public static Option<string[]> Several(string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description, AllowMultipleArgumentsPerToken = true };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => t.Value.Length == 0 || t.Value.StartsWith("--", StringComparison.Ordinal)))
                result.AddError($"{name} needs a value; leave it out to select all.");
        });
        return option;
    }

    /// <summary>What the option lists; null, which selects all, only when it is absent.</summary>
    public static string[]? Given(ParseResult parsed, Option<string[]> option) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
}
