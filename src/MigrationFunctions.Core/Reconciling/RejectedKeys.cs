using MigrationFunctions.Core.Mapping;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Rows with an open rejection: by key for rows that cannot be mapped, by id for those that can.</summary>
sealed class RejectedKeys
{
    readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    readonly HashSet<Guid> _ids = [];

    public RejectedKeys(RowSlice slice, IEnumerable<OpenRejection> open)
    {
        var entity = slice.Layout.Entity;
        var ids = new RowIdGenerator(slice.Run.Manifest.IdNamespace, slice.Tenant.Key, entity.Name, entity.Ids);
        foreach (var rejection in open)
            if (_keys.Add(rejection.LegacyKey) && ids.TryForKeyText(rejection.LegacyKey, out var id))
                _ids.Add(id);
    }

    public bool Contains(string legacyKey) => _keys.Contains(legacyKey);

    public bool Contains(Guid id) => _ids.Contains(id);
}
