namespace MigrationFunctions.Core.Model;

/// <summary>A right that no run needs.</summary>
/// <param name="Holder">The login or role that has it.</param>
/// <param name="What">What it may, as it follows the holder: <c>is a superuser</c>.</param>
/// <param name="Remedy">What takes it away, as an imperative sentence.</param>
public sealed record ExcessivePrivilege(string Holder, string What, string Remedy);
