using System.CommandLine;
using Migrate.Client;

namespace Migrate.Commands;

/// <summary>The options that every client of the service has.</summary>
sealed class ServiceOptions
{
    readonly CliServices _services;

    readonly Option<string?> _url = new("--url")
    {
        Description = $"The service's address. [env: MIGRATE_URL, default: {ServiceAddress.DefaultUrl}]",
    };

    readonly Option<string?> _key = new("--key")
    {
        Description = "Function key. [env: MIGRATE_KEY, default for a local service: what `migrate serve` keeps]",
    };

    readonly Option<string?> _entra = new("--entra")
    {
        Description = "Application in Microsoft Entra whose token the service wants, as api://CLIENT_ID; it is got as who is "
            + "signed in to the Azure CLI. [env: MIGRATE_ENTRA]",
    };

    readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Seconds for one request.",
        DefaultValueFactory = _ => 100,
    };

    public ServiceOptions(CliServices services, Command command)
    {
        _services = services;
        _timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 3600)
                result.AddError("--timeout must be from 1 to 3600 seconds.");
        });
        command.Options.Add(_url);
        command.Options.Add(_key);
        command.Options.Add(_entra);
        command.Options.Add(Json);
        command.Options.Add(_timeout);
    }

    public Option<bool> Json { get; } = new("--json") { Description = "Print exactly one JSON document." };

    /// <summary>True for an option of every client, which says nothing of what a command is to do.</summary>
    public static bool IsOne(Option option) => option.Name is "--url" or "--key" or "--entra" or "--timeout" or "--json";

    /// <summary>True when the command line itself names a service.</summary>
    public bool NamesService(ParseResult parsed) => parsed.GetValue(_url) is not null;

    /// <exception cref="UsageException">The address or the key cannot be used.</exception>
    public MigrationClient CreateClient(ParseResult parsed)
    {
        var environment = _services.Environment;
        var api = ServiceAddress.ApiOf(
            parsed.GetValue(_url) ?? Set(environment["MIGRATE_URL"]) ?? ServiceAddress.DefaultUrl);
        var key = FunctionKey.Find(parsed.GetValue(_key), environment["MIGRATE_KEY"], api, _services.Folder, environment["MIGRATE_HUB"]);
        var entra = Set(parsed.GetValue(_entra)) ?? Set(environment["MIGRATE_ENTRA"]);
        if (key is not null && api.Scheme == Uri.UriSchemeHttp && !api.IsLoopback)
            _services.Console.Note($"The key goes to {api.Host} without encryption: use https.");
        return new MigrationClient(
            new ServiceAddress(
                api, key, TimeSpan.FromSeconds(parsed.GetValue(_timeout)),
                entra is null ? null : ServiceTokens.OfAzureCli(entra, api, _services.Clock)),
            _services.Clock);
    }

    static string? Set(string? variable) => string.IsNullOrWhiteSpace(variable) ? null : variable;
}
