namespace MigrationFunctions.Connections;

/// <summary>The connections that the service may have, by the first part of their settings' names.</summary>
public enum ConnectionName
{
    /// <summary>The legacy SQL Server.</summary>
    Source,

    /// <summary>The target, as the least-privileged role.</summary>
    Target,

    /// <summary>The target, as the role that bypasses row-level security.</summary>
    Direct,

    /// <summary>The rehearsals' target, as the least-privileged role.</summary>
    Rehearsal,

    /// <summary>The rehearsals' target, as the role that bypasses row-level security.</summary>
    RehearsalDirect,
}
