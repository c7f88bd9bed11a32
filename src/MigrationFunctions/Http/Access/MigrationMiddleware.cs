using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MigrationFunctions.Activities;

namespace MigrationFunctions.Http.Access;

/// <summary>What stands around every call, in Azure and on the local host alike.</summary>
public static class MigrationMiddleware
{
    /// <summary>Registers the middleware, outermost first. A host has checked the function key before any of it.</summary>
    public static IFunctionsWorkerApplicationBuilder UseMigrationMiddleware(this IFunctionsWorkerApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(provider => AccessSettings.Read(provider.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton(_ => HttpFunctions.OfApp());
        return builder
            .UseMiddleware<SecurityHeaders>()
            .UseMiddleware<FailureAnswers>()
            .UseMiddleware<ActivityFailures>()
            .UseMiddleware<CallerIdentification>()
            .UseMiddleware<RateGate>()
            .UseMiddleware<RoleGate>()
            .UseMiddleware<SizeGate>();
    }
}
