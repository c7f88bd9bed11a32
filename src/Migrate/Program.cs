using System.Text;
using Migrate;
using Migrate.Demo;
using Migrate.Hosting;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var services = CliServices.OfProcess();
var root = CommandLine.Create(services);
root.Subcommands.Insert(0, DemoCommand.Create(services));
root.Subcommands.Insert(1, ServeCommand.Create());
return await CommandLine.RunAsync(root, args, services);
