using System.Data.Common;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Local times of a time zone to <c>timestamptz</c>. The zone is the manifest's, or each tenant's own: then
/// this is what the tenants' encoders are copied from.</summary>
sealed class LocalTimeEncoder : MicrosecondEncoder
{
    readonly bool _isTenants;
    readonly bool _takesLater;
    readonly int _ambiguous;
    readonly int _skipped;
    readonly RejectReason? _isAmbiguous;
    readonly RejectReason? _isSkipped;
    ZoneOffsets? _zone;

    public LocalTimeEncoder(
        SourceColumn source, int ordinal, TargetColumn target, ColumnManifest policies, AdjustmentSlots slots)
        : base(source, ordinal, target, policies.ExcessPrecision, slots)
    {
        _isTenants = policies.TimeZone == ColumnManifest.TenantZone;
        _zone = _isTenants ? null : ZoneOffsets.Find(policies.TimeZone!);
        _takesLater = policies.AmbiguousTime == AmbiguousTimePolicy.Later;
        _ambiguous = slots.Add(target.Name, AdjustmentRules.AmbiguousTime);
        _skipped = slots.Add(target.Name, AdjustmentRules.SkippedTime);
        if (policies.AmbiguousTime == AmbiguousTimePolicy.Reject)
            _isAmbiguous = Reason(RejectRules.AmbiguousTime, "A local time that occurred twice in its time zone.");
        if (policies.SkippedTime == SkippedTimePolicy.Reject)
            _isSkipped = Reason(RejectRules.SkippedTime, "A local time that the clocks of its time zone skipped.");
    }

    /// <exception cref="MigrationException">MIG2025: the tenant has no time zone that this machine knows.</exception>
    internal override ColumnEncoder For(Tenant tenant)
    {
        if (!_isTenants)
            return this;
        var own = (LocalTimeEncoder)MemberwiseClone();
        own._zone = TenantZones.Find(tenant) ?? throw new MigrationException(TenantZones.Unknown([tenant]));
        return own;
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var ticks = DateTimeReader.Read(row, Ordinal);
        if (Cut(ref ticks, output) is { } reason)
            return reason;
        var offset = _zone!.OffsetAt(ticks, _takesLater, out var occurs);
        if (occurs != LocalTime.Once)
        {
            var isAmbiguous = occurs == LocalTime.Twice;
            if ((isAmbiguous ? _isAmbiguous : _isSkipped) is { } rejected)
                return rejected;
            output.Adjust(isAmbiguous ? _ambiguous : _skipped);
        }

        Write(ticks - offset, TimestampEpoch, output);
        return null;
    }
}
