using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Http.OpenApi;

namespace MigrationFunctions.Http;

/// <summary>Lists and validates manifests. Neither asks a database.</summary>
public sealed class Manifests(ManifestCatalog catalog)
{
    /// <summary>Every manifest in the manifest folder, broken ones with their problems.</summary>
    [Function(nameof(ListManifests))]
    [Requires(Role.Reader)]
    [Answers(200, typeof(ManifestList))]
    public IActionResult ListManifests(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "manifests")] HttpRequest request) =>
        Json.Ok(new ManifestList(catalog.List()));

    /// <summary>Validates the manifest in the body: 200 with name and fingerprint, or 400 with every problem.</summary>
    [Function(nameof(ValidateManifest))]
    [Requires(Role.Reader)]
    [Query("file", typeof(string))]
    [Takes(typeof(Manifest))]
    [Answers(200, typeof(ValidManifest))]
    public async Task<IActionResult> ValidateManifest(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "manifests/validate")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var text = await RequestBody.ReadTextAsync(request, cancellationToken);
        var read = ManifestReader.Read(text, request.Query["file"].FirstOrDefault() ?? "manifest");
        return read.Manifest is { } manifest
            ? Json.Ok(new ValidManifest(true, manifest.Name, ManifestFingerprint.Of(manifest)))
            : Json.Problems(400, "The manifest is not valid.", read.Problems);
    }
}
