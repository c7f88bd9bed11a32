using MigrationFunctions.Core.Mapping;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Rows that the ledger holds as rejected, so that the target ought not to have them. By key for rows that cannot be
/// mapped, by id for those that can (orphans, rows that a constraint refused).</summary>
sealed class RejectedKeys
{
    readonly IReadOnlySet<string> _keys;
    readonly HashSet<Guid> _ids = [];

    public RejectedKeys(RowSlice slice, IReadOnlySet<string> legacyKeys)
    {
        _keys = legacyKeys;
        var entity = slice.Layout.Entity;
        var ids = new RowIdGenerator(slice.Run.Manifest.IdNamespace, slice.Tenant.Key, entity.Name, entity.Ids);
        foreach (var key in legacyKeys)
            if (ids.TryForKeyText(key, out var id))
                _ids.Add(id);
    }

    public bool Contains(string legacyKey) => _keys.Contains(legacyKey);

    public bool Contains(Guid id) => _ids.Contains(id);
}
