using System.Net.Http.Headers;

namespace Migrate.Client;

/// <summary>Sends a token of Microsoft Entra along with every request.</summary>
sealed class ServiceTokenHandler(ServiceTokens tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
