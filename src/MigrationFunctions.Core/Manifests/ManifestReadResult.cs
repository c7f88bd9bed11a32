using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>A manifest, or why there is none.</summary>
/// <param name="Manifest">The manifest; null when any problem is an error.</param>
/// <param name="Problems">All problems: of form in the order of the text, then of meaning.</param>
public sealed record ManifestReadResult(Manifest? Manifest, IReadOnlyList<Problem> Problems);
