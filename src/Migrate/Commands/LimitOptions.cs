using System.CommandLine;
using MigrationFunctions.Core.Manifests;

namespace Migrate.Commands;

/// <summary>The options of <c>start</c> and <c>adjust</c> that bound a run. Ranges are the service's to check.</summary>
sealed class LimitOptions
{
    static readonly Dictionary<string, DayOfWeek> Days = Enum.GetValues<DayOfWeek>()
        .SelectMany(d => new[] { ($"{d}", d), ($"{d}"[..3], d) }).ToDictionary(StringComparer.OrdinalIgnoreCase);

    readonly Option<int?> _sourceReaders = new("--source-readers") { Description = "Readers of the source at a time." };
    readonly Option<int?> _targetWriters = new("--target-writers") { Description = "Writers of the target at a time." };
    readonly Option<int?> _batchWindow = new("--batch-window") { Description = "Batches of an entity at a time." };
    readonly Option<int?> _tenantWindow = new("--tenant-window") { Description = "Tenants at a time." };
    readonly Option<int?> _rejectLimit = new("--reject-limit") { Description = "Rejected rows a tenant may have." };
    readonly Option<string?> _throttle = EnumOption.Create<ThrottleMode>(
        "--throttle", "Whether the number of writers follows the target's state.");
    readonly Option<int?> _minimum = new("--throttle-minimum") { Description = "Writers that are always allowed." };
    readonly Option<double?> _latencyFactor = new("--throttle-latency-factor")
    {
        Description = "How many times as long as at best a row may take.",
    };

    readonly Option<int?> _interval = new("--throttle-interval")
    {
        Description = "Seconds between two adjustments.",
    };

    readonly Option<string[]> _blackouts = new("--blackout")
    {
        Description = "Hours in which tenants are left alone, as \"mon-fri 07:00-16:00\" in their own time zone or "
            + "\"sat,sun 22:00-02:00 America/Chicago\"; repeat it for more.",
    };

    readonly Option<bool> _noBlackouts = new("--no-blackouts") { Description = "Leave no tenant alone at any hour." };

    public LimitOptions(Command command)
    {
        _blackouts.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (Parse(token.Value) is null)
                    result.AddError(
                        $"--blackout '{token.Value}' is not days, times and perhaps a time zone: \"mon-fri 07:00-16:00\".");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(_noBlackouts) && result.GetResult(_blackouts) is not null)
                result.AddError("--blackout and --no-blackouts exclude each other.");
        });
        foreach (var option in new Option[]
        {
            _sourceReaders, _targetWriters, _batchWindow, _tenantWindow, _rejectLimit, _throttle, _minimum,
            _latencyFactor, _interval, _blackouts, _noBlackouts,
        })
            command.Options.Add(option);
    }

    /// <summary>What was given; null for what was not.</summary>
    public MigrationFunctions.Core.Limits.RunLimitsChange Read(ParseResult parsed)
    {
        var throttle = new ThrottleOverrides
        {
            Mode = EnumOption.Get<ThrottleMode>(parsed, _throttle),
            Minimum = parsed.GetValue(_minimum),
            LatencyFactor = parsed.GetValue(_latencyFactor),
            IntervalSeconds = parsed.GetValue(_interval),
        };
        return new MigrationFunctions.Core.Limits.RunLimitsChange
        {
            SourceReaders = parsed.GetValue(_sourceReaders),
            TargetWriters = parsed.GetValue(_targetWriters),
            BatchWindow = parsed.GetValue(_batchWindow),
            TenantWindow = parsed.GetValue(_tenantWindow),
            RejectLimit = parsed.GetValue(_rejectLimit),
            Throttle = throttle == new ThrottleOverrides() ? null : throttle,
            Blackouts = parsed.GetValue(_noBlackouts) ? []
                : parsed.GetValue(_blackouts) is { Length: > 0 } given ? [.. given.Select(b => Parse(b)!)]
                : null,
        };
    }

    // mon-fri 07:00-16:00 [zone]
    static Blackout? Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (2 or 3) || parts[1].Split('-') is not [var from, var to])
            return null;
        var days = parts[0].Split(',').Select(DaysOf).ToList();
        return days.Contains(null) ? null : new Blackout
        {
            Days = [.. days.SelectMany(d => d!).Distinct()], From = from, To = to,
            TimeZone = parts.Length == 3 ? parts[2] : null,
        };
    }

    static IReadOnlyList<DayOfWeek>? DaysOf(string text) => text.Split('-') switch
    {
        [var day] when Days.TryGetValue(day, out var one) => [one],
        [var first, var last] when Days.TryGetValue(first, out var from) && Days.TryGetValue(last, out var to) =>
            [.. Enumerable.Range(0, ((to - from + 7) % 7) + 1).Select(i => (DayOfWeek)(((int)from + i) % 7))],
        _ => null,
    };
}
