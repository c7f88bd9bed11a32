using System.Text;
using Microsoft.AspNetCore.Http;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Http;

/// <summary>Reads a request's body with every problem of form at once. <see cref="Access.SizeGate"/> bounds its size.</summary>
static class RequestBody
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The body; with problems of form also those of what it selects, which are otherwise told with those of the
    /// manifest.</summary>
    public static async Task<StrictJsonResult<T>> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        var read = StrictJson.Read<T>(await ReadTextAsync(request, cancellationToken), "request");
        return read is { Value: null, Repaired: ISelection selection } ? read.With(SelectionRules.Check(selection)) : read;
    }

    /// <summary>The body as text: UTF-8 (RFC 8259, section 8.1), whose byte order mark is passed over.</summary>
    /// <exception cref="BadHttpRequestException">413: the body is larger than allowed; 400: it is not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        try
        {
            return Utf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new BadHttpRequestException("The body is not UTF-8.", e);
        }
    }
}
