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
            var type = Nullable.GetUnderlyingType(property.PropertyType)!;
            var value = type.IsEnum ? Enum.ToObject(type, 1) : 7;
            var overrides = new MigrationOptionOverrides();
            property.SetValue(overrides, value);

            var applied = overrides.Apply(options);

            foreach (var option in typeof(MigrationOptions).GetProperties())
                Assert.Equal(option.Name == property.Name ? value : option.GetValue(options), option.GetValue(applied));
        }
        Assert.Equal(
            typeof(MigrationOptions).GetProperties().Select(p => p.Name),
            typeof(MigrationOptionOverrides).GetProperties().Select(p => p.Name));
        Assert.Equal(options, new MigrationOptionOverrides().Apply(options));
    }

    [Fact]
    public void Overrides_out_of_range_are_told_at_their_place()
    {
        var overrides = new MigrationOptionOverrides { BatchSize = 0, TenantWindow = 1_000 };

        var problems = ManifestValidator.Validate(overrides.Apply(new MigrationOptions()), "options");

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
}
