using System.Globalization;
using System.Text.Json;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>The range of one numeric option; the one list that validator and schema share.</summary>
sealed record OptionRange(Type Owner, string Property, double Minimum, double Maximum, Func<MigrationOptions, double> Get)
{
    public static IReadOnlyList<OptionRange> All { get; } =
    [
        Of(nameof(MigrationOptions.BatchSize), 1, 100_000, o => o.BatchSize),
        Of(nameof(MigrationOptions.BatchWindow), 1, 32, o => o.BatchWindow),
        Of(nameof(MigrationOptions.TenantWindow), 1, 64, o => o.TenantWindow),
        Of(nameof(MigrationOptions.SourceReaders), 1, 64, o => o.SourceReaders),
        Of(nameof(MigrationOptions.TargetWriters), 1, 64, o => o.TargetWriters),
        OfThrottle(nameof(ThrottleOptions.Minimum), 1, 64, t => t.Minimum),
        OfThrottle(nameof(ThrottleOptions.LatencyFactor), 1.5, 100, t => t.LatencyFactor),
        OfThrottle(nameof(ThrottleOptions.IntervalSeconds), 1, 600, t => t.IntervalSeconds),
        Of(nameof(MigrationOptions.RejectLimit), 0, 1_000_000, o => o.RejectLimit),
        Of(nameof(MigrationOptions.CommandTimeoutSeconds), 1, 3_600, o => o.CommandTimeoutSeconds),
    ];

    /// <summary>The option's path below the options in JSON.</summary>
    public string Name { get; } = (Owner == typeof(ThrottleOptions) ? "throttle." : "")
        + JsonNamingPolicy.CamelCase.ConvertName(Property);

    /// <summary>The problem with the option's value, or null.</summary>
    public Problem? Check(MigrationOptions options, string place)
    {
        var value = Get(options);
        return value >= Minimum && value <= Maximum
            ? null
            : new Problem(
                ErrorCodes.OptionOutOfRange, $"{place}.{Name}",
                string.Create(CultureInfo.InvariantCulture, $"{value} is outside the range of '{Name}'."),
                string.Create(CultureInfo.InvariantCulture, $"Give a number from {Minimum} to {Maximum}."));
    }

    static OptionRange Of(string property, int minimum, int maximum, Func<MigrationOptions, double> get) =>
        new(typeof(MigrationOptions), property, minimum, maximum, get);

    static OptionRange OfThrottle(string property, double minimum, double maximum, Func<ThrottleOptions, double> get) =>
        new(typeof(ThrottleOptions), property, minimum, maximum, o => get(o.Throttle));
}
