using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Hosting;
using MigrationFunctions;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Telemetry;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMigrationMiddleware();
builder.Services.AddMigration(builder.Configuration);
builder.AddMigrationTelemetry(telemetry => telemetry.UseFunctionsWorkerDefaults());
builder.Build().Run();
