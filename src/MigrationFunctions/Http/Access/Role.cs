namespace MigrationFunctions.Http.Access;

/// <summary>What a caller may do; each role includes those before it. In Microsoft Entra they are app roles.</summary>
public enum Role
{
    /// <summary>No role and no key: the liveness probe.</summary>
    Anyone,

    /// <summary>Reads everything.</summary>
    Reader,

    /// <summary>Also starts, steers, reconciles and repairs. Pipelines have this one.</summary>
    Operator,

    /// <summary>Also approves what cannot be taken back: cutover, rollback, repairs that delete.</summary>
    Approver,
}

/// <summary>How roles are called in the claims of a principal.</summary>
static class AppRoles
{
    public static string NameOf(Role role) => $"Migration.{role}";

    /// <summary>The highest role among the claims' values, or <see cref="Role.Anyone"/>.</summary>
    public static Role Highest(IReadOnlyCollection<string> names) =>
        Enum.GetValues<Role>().Where(role => role > Role.Anyone && names.Contains(NameOf(role)))
            .DefaultIfEmpty(Role.Anyone).Max();
}
