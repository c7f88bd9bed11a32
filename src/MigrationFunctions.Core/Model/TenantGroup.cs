namespace MigrationFunctions.Core.Model;

/// <summary>Tenants that cannot be told apart.</summary>
/// <param name="Keys">Their legacy keys.</param>
/// <param name="IsComparable">The keys are equal; else they are no values of what the manifest compares them as.</param>
public sealed record TenantGroup(IReadOnlyList<string> Keys, bool IsComparable);
