using Microsoft.AspNetCore.Http;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http;

/// <summary>The header by which a repeated request is told from a second one (Internet-Draft "The Idempotency-Key HTTP Header
/// Field").</summary>
static class IdempotencyKey
{
    const string Header = "Idempotency-Key";
    const int Longest = 200;

    /// <summary>The request's key, null for none.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static Problem? Of(HttpRequest request, out string? key)
    {
        var values = request.Headers[Header];
        key = values.Count == 0 ? null : values.ToString();
        return key is null || values.Count == 1 && key.Length is > 0 and <= Longest && key.All(c => c is > ' ' and <= '~')
            ? null
            : new Problem(
                ErrorCodes.QueryInvalid, Header, "It is there twice, empty, too long, or has other characters than visible ASCII.",
                $"Send one value of 1 to {Longest} visible ASCII characters, for example a UUID.");
    }
}
