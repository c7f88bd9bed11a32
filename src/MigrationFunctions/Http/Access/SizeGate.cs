using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>413 for a body over the limit: at once where its length is announced, else when the function has read that
/// far, which <see cref="FailureAnswers"/> then answers.</summary>
sealed class SizeGate(HttpFunctions functions, AccessSettings settings) : Gate(functions)
{
    public static IActionResult Refusal { get; } = Json.Problems(
        StatusCodes.Status413PayloadTooLarge, "The request is too large.", [new Problem(
            ErrorCodes.RequestTooLarge, "request", "The body is larger than this service takes.",
            "Send a smaller one, or raise Migration:MaxRequestBytes up to 1 MB.")]);

    protected override IActionResult? Refuse(HttpFunction function, HttpContext http)
    {
        if (http.Request.ContentLength > settings.MaxRequestBytes)
            return Refusal;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
            server.MaxRequestBodySize = settings.MaxRequestBytes;
        return null;
    }
}
