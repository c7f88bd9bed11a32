using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using MigrationFunctions;
using MigrationFunctions.Http.Access;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMigrationMiddleware();
builder.Services.AddMigration(builder.Configuration);
builder.Build().Run();
