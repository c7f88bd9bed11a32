namespace MigrationFunctions.Http.Access;

/// <summary>The role that a caller of this HTTP function needs. Without it the app does not start.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresAttribute(Role role) : Attribute
{
    public Role Role => role;
}
