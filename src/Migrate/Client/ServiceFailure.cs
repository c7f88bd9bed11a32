using System.Text.Json;
using MigrationFunctions.Core.Errors;

namespace Migrate.Client;

/// <summary>Makes failures out of what the service answered, or did not: each with a code and a remedy, also where a
/// gateway or the Functions host answered in its place with nothing but a status.</summary>
static class ServiceFailure
{
    public static ServiceException Of(
        HttpResponseMessage response, byte[] body, JsonSerializerOptions json, TimeSpan? retryAfter)
    {
        var status = (int)response.StatusCode;
        var told = Told(body, json);
        return told is { Problems.Count: > 0 }
            ? new ServiceException(status, told.Title ?? "The service refused.", told.Problems) { RetryAfter = retryAfter }
            : Untold(status, response, retryAfter);
    }

    public static ServiceException Unreachable(ServiceAddress address, HttpRequestException e) => new(
        null, "The service cannot be reached.", [new Problem(
            CliErrorCodes.Unreachable, address.Api.ToString(), $"{Innermost(e).TrimEnd('.')}.",
            "Start it with `migrate serve`, or name the running one with --url or MIGRATE_URL.")], e);

    public static ServiceException TimedOut(ServiceAddress address, Exception e) => new(
        null, "The service did not answer in time.", [new Problem(
            CliErrorCodes.TimedOut, address.Api.ToString(), $"No answer within {address.Timeout.TotalSeconds:0} s.",
            "Look whether it is overloaded, or allow more with --timeout.")], e);

    public static ServiceException NotUnderstood(ServiceAddress address, int status, Exception e) => new(
        status, "The service was not understood.", [new Problem(
            CliErrorCodes.UnexpectedAnswer, address.Api.ToString(),
            $"Status {status} came without the answer that belongs to it.",
            "Check that --url names the migration service, and that its version is this one's.")], e);

    static Told? Told(byte[] body, JsonSerializerOptions json)
    {
        try
        {
            return JsonSerializer.Deserialize<Told>(body, json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static ServiceException Untold(int status, HttpResponseMessage response, TimeSpan? retryAfter)
    {
        var place = response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path) ?? "service";
        return status switch
        {
            401 when response.Headers.WwwAuthenticate.Any(a => a.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) =>
                new ServiceException(status, "The service refused the caller.", [new Problem(
                    CliErrorCodes.KeyRefused, place, "It wants a token of Microsoft Entra, and got none that it takes.",
                    "Give --entra api://CLIENT-ID or MIGRATE_ENTRA, and see that `az login` is that of the app's tenant.")]),
            401 or 403 => new ServiceException(status, "The service refused the key.", [new Problem(
                CliErrorCodes.KeyRefused, place, "The function key is missing or wrong.",
                "Give it with --key or MIGRATE_KEY; `migrate serve` keeps its own in keys.json of its folder.")]),
            >= 300 and < 400 => new ServiceException(status, "The service is somewhere else.", [new Problem(
                CliErrorCodes.UnexpectedAnswer, place,
                $"It sends on to {response.Headers.Location?.GetLeftPartOrText()}.",
                "Name that address with --url, if it is yours.")]),
            404 => new ServiceException(status, "The service does not know the address.", [new Problem(
                CliErrorCodes.UnexpectedAnswer, place, "There is nothing at the address.",
                "Check that --url names the migration service, and that its version is this one's.")]),
            413 => new ServiceException(status, "The request is too large.", [new Problem(
                CliErrorCodes.UnexpectedAnswer, place, "What answered does not take a request of this size.",
                "Send a smaller manifest.")]),
            429 => new ServiceException(status, "The service is asked too often.", [new Problem(
                CliErrorCodes.ServiceFailed, place, "It refuses calls for now.", "Try again later, and less often.")])
            { RetryAfter = retryAfter },
            _ => new ServiceException(status, "The service failed.", [new Problem(
                CliErrorCodes.ServiceFailed, place, $"It answered with status {status} and did not say why.",
                "Look into its log; try again later.")]),
        };
    }

    static string GetLeftPartOrText(this Uri location) =>
        location.IsAbsoluteUri ? location.GetLeftPart(UriPartial.Path) : location.OriginalString.Split('?')[0];

    static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        return e.Message;
    }
}

/// <summary>A failure as RFC 9457 and this API tell it.</summary>
sealed record Told(string? Title, IReadOnlyList<Problem>? Problems);
