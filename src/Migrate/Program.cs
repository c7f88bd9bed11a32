using Migrate;
using Migrate.Demo;
using Migrate.Hosting;

var services = CliServices.OfProcess();
var root = CommandLine.Create(services);
root.Add(DemoCommand.Create());
root.Add(ServeCommand.Create());
return await CommandLine.RunAsync(root, args, services);
