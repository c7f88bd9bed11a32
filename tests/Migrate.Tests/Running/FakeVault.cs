using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Migrate.Tests.Running;

/// <summary>Speaks the part of Key Vault's REST interface that reads secrets, over TLS: a request without a token is
/// answered with the challenge that says whom to ask for one.</summary>
sealed class FakeVault : IAsyncDisposable
{
    public const string Scope = "https://vault.azure.net/.default";

    readonly WebApplication _app;
    readonly X509Certificate2 _certificate = SelfSigned();
    readonly ConcurrentDictionary<string, (string Value, string Version, DateTimeOffset? ExpiresOn)> _secrets = new();
    readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _reads;

    FakeVault()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.UseHttps(_certificate)));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address =>
        new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Answers with that status instead of a secret.</summary>
    public int? Refuses { get; set; }

    /// <summary>Takes requests and never answers.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Requests that came with a token.</summary>
    public int Reads => _reads;

    public static async Task<FakeVault> StartAsync()
    {
        var vault = new FakeVault();
        await vault._app.StartAsync();
        return vault;
    }

    /// <summary>The newest version of a secret from now on.</summary>
    public void Set(string name, string value, string version, DateTimeOffset? expiresOn = null) =>
        _secrets[name] = (value, version, expiresOn);

    /// <summary>Makes a client trust this vault, which is none of Microsoft's.</summary>
    public SecretClientOptions Trust(SecretClientOptions options)
    {
        var thumbprint = _certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == thumbprint;
        options.Transport = new HttpClientTransport(new HttpClient(handler));
        options.DisableChallengeResourceVerification = true;
        return options;
    }

    /// <summary>The same with retries that take no time.</summary>
    public SecretClientOptions Impatient()
    {
        var options = new SecretClientOptions();
        options.Retry.Mode = RetryMode.Fixed;
        (options.Retry.MaxRetries, options.Retry.Delay) = (1, TimeSpan.FromMilliseconds(1));
        return Trust(options);
    }

    public async ValueTask DisposeAsync()
    {
        _closing.TrySetResult();
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    async Task AnswerAsync(HttpContext http)
    {
        if (!http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal))
        {
            http.Response.Headers.WWWAuthenticate =
                "Bearer authorization=\"https://login.example/tenant\", resource=\"https://vault.azure.net\"";
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        Interlocked.Increment(ref _reads);
        if (IsSilent)
            await _closing.Task.WaitAsync(http.RequestAborted);
        var name = http.Request.Path.Value!.Trim('/')["secrets/".Length..];
        if (Refuses is { } status)
            await RefuseAsync(http, status, "Refused");
        else if (_secrets.TryGetValue(name, out var secret))
            await http.Response.WriteAsJsonAsync(new
            {
                value = secret.Value, id = $"{Address}secrets/{name}/{secret.Version}",
                attributes = new { enabled = true, exp = secret.ExpiresOn?.ToUnixTimeSeconds() },
            });
        else
            await RefuseAsync(http, StatusCodes.Status404NotFound, "SecretNotFound");
    }

    static Task RefuseAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { error = new { code, message = "As the test wants it." } });
    }

    static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
