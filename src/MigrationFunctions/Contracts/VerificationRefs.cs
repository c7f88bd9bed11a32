namespace MigrationFunctions.Contracts;

/// <summary>Asks for one of the run's entities to be verified, by its place in the manifest's order.</summary>
public sealed record VerificationRequest(RunRef Run, int Entity);

/// <summary>What verifying an entity showed.</summary>
/// <param name="Failure">The coded failure, or null.</param>
public sealed record Verification(string? Failure, bool IsLast);
