using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class MigrationOptionOverridesTests
{
    [Fact]
    public void Each_option_can_be_overridden_alone()
    {
        var options = new MigrationOptions();
        foreach (var property in typeof(MigrationOptionOverrides).GetProperties())
        {
            var value = Another(property.PropertyType);
            var overrides = new MigrationOptionOverrides();
            property.SetValue(overrides, value);
            value = value is ThrottleOverrides throttle ? throttle.Apply(options.Throttle) : value;

            var applied = overrides.Apply(options);

            foreach (var option in typeof(MigrationOptions).GetProperties())
                Assert.Equal(option.Name == property.Name ? value : option.GetValue(options), option.GetValue(applied));
        }
        // Who starts a run may not open what the manifest's author has closed.
        Assert.Equal(
            typeof(MigrationOptions).GetProperties().Select(p => p.Name).Where(name => name != nameof(MigrationOptions.RowSecurity)),
            typeof(MigrationOptionOverrides).GetProperties().Select(p => p.Name));
        Assert.Equal(options, new MigrationOptionOverrides().Apply(options));
    }

    [Fact]
    public void Overrides_out_of_range_are_told_at_their_place()
    {
        var overrides = new MigrationOptionOverrides { BatchSize = 0, TenantWindow = 1_000 };

        var problems = ManifestValidator.Validate(
            overrides.Apply(new MigrationOptions()), SampleManifest.Value.Tenants, "options");

        Assert.Equal(
            [(ErrorCodes.OptionOutOfRange, "options.batchSize"), (ErrorCodes.OptionOutOfRange, "options.tenantWindow")],
            problems.Select(p => (p.Code, p.Place)));
    }

    [Fact]
    public void Overrides_are_read_as_strictly_as_manifests()
    {
        var read = StrictJson.Read<MigrationOptionOverrides>(
            """{ "batchsize": 5, "writePath": "fast", "isolation": null }""", "request");

        Assert.Null(read.Value);
        Assert.Equal(
            [(ErrorCodes.UnknownProperty, "request $.batchsize"), (ErrorCodes.UnknownValue, "request $.writePath")],
            read.Problems.Select(p => (p.Code, p.Place)));
        var good = StrictJson.Read<MigrationOptionOverrides>("""{ "batchSize": 5 }""", "request");
        Assert.Equal(5, good.Value!.BatchSize);
    }

    static object Another(Type property)
    {
        if (property == typeof(ThrottleOverrides))
            return new ThrottleOverrides { Mode = ThrottleMode.Off, IntervalSeconds = 7 };
        if (property == typeof(IReadOnlyList<Blackout>))
            return new[] { new Blackout { Days = [DayOfWeek.Monday], From = "07:00", To = "16:00", TimeZone = "UTC" } };
        var type = Nullable.GetUnderlyingType(property)!;
        return type.IsEnum ? Enum.ToObject(type, 1) : 7;
    }
}
