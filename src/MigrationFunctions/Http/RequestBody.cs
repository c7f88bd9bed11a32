using System.Text;
using Microsoft.AspNetCore.Http;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Http;

/// <summary>Reads a request's body with every problem of form at once.</summary>
static class RequestBody
{
    const int MaxBytes = 1024 * 1024;

    public static async Task<StrictJsonResult<T>> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class =>
        await ReadTextAsync(request, cancellationToken) is { } text
            ? StrictJson.Read<T>(text, "request")
            : new StrictJsonResult<T>(null, [TooLarge], new HashSet<string>());

    /// <summary>The body as text, or null when it is larger than a megabyte.</summary>
    public static async Task<string?> ReadTextAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > MaxBytes)
                return null;
            body.Write(buffer, 0, read);
        }
        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }

    public static Problem TooLarge { get; } = new(
        ErrorCodes.JsonTooLarge, "request", "The body is larger than 1 MB.", "Send a smaller one.");
}
