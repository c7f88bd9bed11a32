namespace MigrationFunctions.Http.Access;

/// <summary>What a caller may do; each role includes those before it. In Microsoft Entra they are app roles.</summary>
public enum Role
{
    /// <summary>None: enough for the liveness probe alone.</summary>
    None,

    /// <summary>Reads everything.</summary>
    Reader,

    /// <summary>Also starts, steers, reconciles and repairs. Pipelines have this one.</summary>
    Operator,

    /// <summary>Also lets a repair delete, which cannot be taken back.</summary>
    Approver,
}

/// <summary>How roles are called in the claims of a principal.</summary>
static class AppRoles
{
    public static string NameOf(Role role) => $"Migration.{role}";

    /// <summary>The highest role among the claims' values, or <see cref="Role.None"/>.</summary>
    public static Role Highest(IReadOnlyCollection<string> names) =>
        Enum.GetValues<Role>().Where(role => role > Role.None && names.Contains(NameOf(role)))
            .DefaultIfEmpty(Role.None).Max();
}
