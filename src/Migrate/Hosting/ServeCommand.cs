using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Starting;

namespace Migrate.Hosting;

/// <summary><c>migrate serve</c>: hosts the functions on this machine until it is stopped.</summary>
public static class ServeCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "Address to listen on.", DefaultValueFactory = _ => "http://localhost:7071" };
        var hub = new Option<string>("--hub") { Description = "Folder of history and keys.", DefaultValueFactory = _ => ".migration" };
        var connection = new Option<string?>("--task-hub")
        {
            Description = "Connection string of an Azure Storage account that has the task hub, for several processes on one hub.",
        };
        var settings = new Option<FileInfo?>("--settings") { Description = "A local.settings.json whose Values are used." };
        var verbose = new Option<bool>("--verbose") { Description = "Log what the runtime does." };
        var command = new Command("serve", "Host the migration's functions on this machine.") { url, hub, connection, settings, verbose };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var host = LocalHost.Build(
                parsed.GetValue(url)!, Path.GetFullPath(parsed.GetValue(hub)!),
                new LocalSettings(parsed.GetValue(settings)),
                parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning,
                taskHubConnection: parsed.GetValue(connection));
            // Asked before the host is: it would log the refusal with its stack first.
            host.Services.GetRequiredService<StartCheck>().ThrowIfRefused();
            await host.StartAsync(cancellationToken);
            Console.Error.WriteLine($"Serving {LocalHost.AddressOf(host)}, history in {parsed.GetValue(hub)}. Ctrl+C stops.");
            await host.WaitForShutdownAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
