namespace MigrationFunctions.Core.Manifests;

/// <summary>What to move and how: the input language. Read by <c>ManifestReader</c>, which reports every problem at
/// once; an instance that it returned is valid by itself (whether the databases agree is preflight's
/// question).</summary>
public sealed record Manifest
{
    /// <summary>Name of the manifest: lower case letters, digits and dashes, as in the file name.</summary>
    public required string Name { get; init; }

    /// <summary>Free text for people.</summary>
    public string? Description { get; init; }

    /// <summary>Namespace of every deterministic UUID (RFC 9562 section 5.5). Changing it changes all ids.</summary>
    public Guid IdNamespace { get; init; } = DefaultIdNamespace;

    /// <summary>Where the tenants (districts) are listed.</summary>
    public required TenantSource Tenants { get; init; }

    /// <summary>What is moved, in any order: references decide the order of work.</summary>
    public required IReadOnlyList<EntityManifest> Entities { get; init; }

    /// <summary>How a run goes about it; a start may override each.</summary>
    public MigrationOptions Options { get; init; } = new();

    /// <summary>The namespace used when a manifest names none.</summary>
    public static readonly Guid DefaultIdNamespace = new("8c9f1d52-6f0e-5c3e-9a52-3d1f6e0b7a41");
}

/// <summary>The source table with one row for each tenant.</summary>
public sealed record TenantSource
{
    /// <summary>Source table as <c>schema.table</c>.</summary>
    public required string Table { get; init; }

    /// <summary>Column with the tenant's legacy key.</summary>
    public required string Key { get; init; }

    /// <summary>Column with the tenant's display name, if any.</summary>
    public string? NameColumn { get; init; }

    /// <summary>Column with the tenant's time zone, an IANA or a Windows name, if any.</summary>
    public string? TimeZoneColumn { get; init; }

    /// <summary>What the tenants' keys and the entities' tenant columns are converted to before the source compares them. Needed
    /// where their types or collations differ; an entity whose column has to be converted is read without an index.</summary>
    public TenantComparison? CompareAs { get; init; }

    /// <summary>Collation of SQL Server by which keys are compared as text.</summary>
    public string? Collation { get; init; }
}

/// <summary>How tenants' keys of different types are compared.</summary>
public enum TenantComparison
{
    /// <summary>As whole numbers (<c>bigint</c>): '0007' and 7 are one. What is no whole number belongs to no tenant.</summary>
    Number,

    /// <summary>As text, by the collation that is named.</summary>
    Text,
}
