using System.Text.Json;
using LocalRuntime.Functions;
using LocalRuntime.Orchestrations;
using LocalRuntime.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LocalRuntime;

/// <summary>Hosts an Azure Functions app in this process.</summary>
public static class LocalRuntimeExtensions
{
    /// <summary>
    /// Registers the engine, which starts and stops with the host, and a <see cref="DurableTaskClient"/>, which works
    /// once it has started. Payloads are written with the app's <see cref="JsonSerializerOptions"/>, as the Functions
    /// worker does.
    /// </summary>
    /// <param name="configureWorker">Registers the app's middleware, as <c>Program.cs</c> does in Azure.</param>
    public static IServiceCollection AddLocalRuntime(
        this IServiceCollection services,
        LocalRuntimeOptions options,
        Action<IFunctionsWorkerApplicationBuilder>? configureWorker = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        // The engine tells of every turn; what it has to warn of, it warns of.
        services.AddLogging(logging => logging
            .AddFilter("DurableTask", LogLevel.Warning).AddFilter("Microsoft.DurableTask", LogLevel.Warning));
        services.AddMvcCore();
        services.AddRouting();
        services.Configure<JsonSerializerOptions>(json => json.PropertyNameCaseInsensitive = true);
        services.AddSingleton(options);
        services.AddSingleton(provider => HostSettings.Read(
            options.HostJsonPath, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(_ => LocalRuntimeKeys.Load(options.TaskHubFolder, options.FunctionKey));
        services.AddSingleton(
            provider => new PayloadConverter(provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value));
        services.AddSingleton(_ => new FunctionCatalog(options.FunctionsAssembly));
        services.AddSingleton(FunctionPipeline.Of(services, configureWorker));
        services.AddSingleton<TaskHubHost>();
        services.AddSingleton<DurableTaskClient>(provider => provider.GetRequiredService<TaskHubHost>().DurableClient);
        services.AddSingleton(provider => new ManagementAddresses(
            provider.GetRequiredService<IServer>(),
            provider.GetRequiredService<HostSettings>(),
            provider.GetRequiredService<LocalRuntimeKeys>()));
        services.AddHostedService(provider => provider.GetRequiredService<TaskHubHost>());
        services.AddHostedService<TimerTriggers>();
        return services;
    }

    /// <summary>
    /// Maps the HTTP functions below the route prefix of host.json, and the durable management addresses.
    /// </summary>
    public static WebApplication MapFunctions(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        HttpTriggers.Map(app);
        ManagementEndpoints.Map(app);
        return app;
    }
}
