using System.Text;
using Microsoft.AspNetCore.Http;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Http;

/// <summary>Reads a request's body with every problem of form at once. <see cref="Access.SizeGate"/> bounds its size.</summary>
static class RequestBody
{
    /// <summary>The body; with problems of form also those of what it selects, which are otherwise told with those of the
    /// manifest.</summary>
    public static async Task<StrictJsonResult<T>> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        var read = StrictJson.Read<T>(await ReadTextAsync(request, cancellationToken), "request");
        return read is { Value: null, Repaired: ISelection selection } ? read.With(SelectionRules.Check(selection)) : read;
    }

    /// <summary>The body as text.</summary>
    /// <exception cref="BadHttpRequestException">413: the body is larger than allowed.</exception>
    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}
