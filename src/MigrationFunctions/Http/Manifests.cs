using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Http.Access;

namespace MigrationFunctions.Http;

/// <summary>Lists and validates manifests. Neither asks a database.</summary>
public sealed class Manifests(ManifestCatalog catalog)
{
    /// <summary>Every manifest in the manifest folder, broken ones with their problems.</summary>
    [Function(nameof(ListManifests))]
    [Requires(Role.Reader)]
    public IActionResult ListManifests(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "manifests")] HttpRequest request) =>
        Json.Ok(new { manifests = catalog.List() });

    /// <summary>Validates the manifest in the body: 200 with name and fingerprint, or 400 with every problem.</summary>
    [Function(nameof(ValidateManifest))]
    [Requires(Role.Reader)]
    public async Task<IActionResult> ValidateManifest(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "manifests/validate")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var text = await RequestBody.ReadTextAsync(request, cancellationToken);
        var read = ManifestReader.Read(text, request.Query["file"].FirstOrDefault() ?? "manifest");
        return read.Manifest is { } manifest
            ? Json.Ok(new { valid = true, name = manifest.Name, fingerprint = ManifestFingerprint.Of(manifest) })
            : Json.Problems(400, "The manifest is not valid.", read.Problems);
    }
}
