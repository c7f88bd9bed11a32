using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Writes down which run or repair closed rejections of a tenant's entity: once, however often it is asked.</summary>
public sealed class HealingAudit(TimeProvider clock)
{
    /// <summary>One entry with the counts, or none where nothing was closed.</summary>
    public async Task WriteAsync(Target target, Slice slice, string id, CancellationToken cancellationToken)
    {
        var healed = await target.Rejections.CountHealedAsync(slice, id, cancellationToken);
        if (!healed.Any)
            return;
        await target.Audit.WriteOncePerDetailAsync(
            new AuditEntry(id, AuditActions.Healed, Actors.System, clock.GetUtcNow())
            {
                Tenant = slice.TenantKey, Detail = slice.Entity,
                Counts = new Dictionary<string, long>
                {
                    ["written"] = healed.Written, ["gone"] = healed.Gone, ["filtered"] = healed.Filtered, ["still"] = healed.Still,
                },
            }, cancellationToken);
    }
}
