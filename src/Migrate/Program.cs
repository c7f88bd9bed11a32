using System.Text;
using Migrate;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var services = CliServices.OfProcess();
return await CommandLine.RunAsync(CommandLine.Create(services), args, services);
