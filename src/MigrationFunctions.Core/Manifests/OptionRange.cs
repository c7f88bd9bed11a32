using System.Text.Json;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>The range of one numeric option; the one list that validator and schema share.</summary>
sealed record OptionRange(string Property, int Minimum, int Maximum, Func<MigrationOptions, int> Get)
{
    public static IReadOnlyList<OptionRange> All { get; } =
    [
        new(nameof(MigrationOptions.BatchSize), 1, 100_000, o => o.BatchSize),
        new(nameof(MigrationOptions.BatchWindow), 1, 32, o => o.BatchWindow),
        new(nameof(MigrationOptions.TenantWindow), 1, 64, o => o.TenantWindow),
        new(nameof(MigrationOptions.RejectLimit), 0, 1_000_000, o => o.RejectLimit),
        new(nameof(MigrationOptions.CommandTimeoutSeconds), 1, 3_600, o => o.CommandTimeoutSeconds),
    ];

    /// <summary>The option's name in JSON.</summary>
    public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(Property);

    /// <summary>The problem with the option's value, or null.</summary>
    public Problem? Check(MigrationOptions options, string place)
    {
        var value = Get(options);
        return value >= Minimum && value <= Maximum
            ? null
            : new Problem(ErrorCodes.OptionOutOfRange, $"{place}.{Name}", $"{value} is outside the range of '{Name}'.",
                $"Give a number from {Minimum} to {Maximum}.");
    }
}
