namespace MigrationFunctions.Core.Manifests;

/// <summary>One entity: one source table that goes to one target table.</summary>
public sealed record EntityManifest
{
    /// <summary>Name of the entity: lower case letters, digits and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Where rows come from.</summary>
    public required EntitySource Source { get; init; }

    /// <summary>Where rows go.</summary>
    public required EntityTarget Target { get; init; }

    /// <summary>How the UUID of a row is made from its legacy key.</summary>
    public IdScheme Ids { get; init; } = IdScheme.V5;

    /// <summary>The mapped columns.</summary>
    public required IReadOnlyList<ColumnManifest> Columns { get; init; }

    /// <summary>Source column that marks a deleted row: a bit or an integer that is not 0, or a date or time that is there.
    /// Deleted rows migrate like all others; reconciliation counts them apart.</summary>
    public string? SoftDelete { get; init; }

    /// <summary>The mapped column that marks deleted rows, or null: the one that is spelled as <see cref="SoftDelete"/>, else one
    /// that differs in case only. A layout is made only where that is the same column.</summary>
    public ColumnManifest? FindMark() => SoftDelete is not { } mark ? null
        : Columns.FirstOrDefault(c => c.Source == mark)
            ?? Columns.FirstOrDefault(c => string.Equals(c.Source, mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>Rules that leave rows behind on purpose; every left row is counted under its rule's name.</summary>
    public IReadOnlyList<FilterRule> Filters { get; init; } = [];
}

/// <summary>The source side of an entity.</summary>
public sealed record EntitySource
{
    /// <summary>Source table as <c>schema.table</c>.</summary>
    public required string Table { get; init; }

    /// <summary>Column with the tenant's legacy key.</summary>
    public required string Tenant { get; init; }

    /// <summary>Key columns, unique within a tenant, in the order of the index that covers tenant and key.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>Columns that are left behind on purpose. A column that is neither mapped nor listed here is an
    /// error.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}

/// <summary>The target side of an entity.</summary>
public sealed record EntityTarget
{
    /// <summary>Target table as <c>schema.table</c>.</summary>
    public required string Table { get; init; }

    /// <summary>Column (uuid) for the tenant.</summary>
    public string Tenant { get; init; } = "tenant_id";

    /// <summary>Setting in which the table's policies look for the tenant: <c>current_setting('app.tenant_id')</c>. It is set for
    /// each transaction and forgotten with it.</summary>
    public string TenantSetting { get; init; } = "app.tenant_id";

    /// <summary>Column (uuid) for the row's deterministic id.</summary>
    public string Id { get; init; } = "id";

    /// <summary>Column for the legacy key; of the key's own type, or text.</summary>
    public string LegacyId { get; init; } = "legacy_id";
}

/// <summary>How a row's UUID is derived from tenant, entity and legacy key.</summary>
public enum IdScheme
{
    /// <summary>RFC 9562 version 5: SHA-1 of the name; spreads evenly.</summary>
    V5,

    /// <summary>RFC 9562 version 8: keeps the order of an integer key, so that indexes fill from left to
    /// right.</summary>
    V8,
}
