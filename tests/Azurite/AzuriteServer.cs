using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Infrastructure.Tests.Validating;

namespace Azurite;

/// <summary>
/// Azure Storage on this machine: blobs, queues and tables in memory, on free loopback ports, with an account of its own. One
/// serves all tests of a process, each with a hub of its own, and ends with the process, also when that is killed.
/// </summary>
public sealed class AzuriteServer
{
    const string Account = "tests";
    const string Remedy = "Azurite is missing: install Node.js and run `npm ci --prefix tests/Azurite`.";

    static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(3);
    static readonly TimeSpan Polling = TimeSpan.FromMilliseconds(100);
    static readonly Lazy<Task<AzuriteServer>> Running = new(StartAsync);

    static string? Node => Installed.Find("node") ?? Installed.Find("node.exe");

    readonly Process _process;

    AzuriteServer(Process process, string connectionString)
    {
        _process = process;
        ConnectionString = connectionString;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _process.Kill();
    }

    public string ConnectionString { get; }

    /// <summary>
    /// The server of this process, or, where its parts are not installed, a skipped test; with <c>CI=true</c> a failed one.
    /// </summary>
    public static Task<AzuriteServer> GetAsync()
    {
        Installed.Need(Folder() is not null && Node is not null, Remedy);
        return Running.Value;
    }

    /// <summary>A name that no other test has for its task hub.</summary>
    public static string NewHubName() => "Hub" + Guid.NewGuid().ToString("N")[..20];

    static async Task<AzuriteServer> StartAsync()
    {
        // A port that is free now may be taken before Azurite has it.
        for (var attempt = 1; ; attempt++)
        {
            var ports = FreePorts(3);
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
            var process = Start(ports, key);
            if (await ListensAsync(process, ports))
            {
                return new AzuriteServer(process, ConnectionTo(ports, key));
            }

            if (attempt == 3)
            {
                throw new InvalidOperationException($"Azurite ended with exit code {process.ExitCode} three times.");
            }
        }
    }

    static Process Start(int[] ports, string key)
    {
        var start = new ProcessStartInfo(Node!)
        {
            WorkingDirectory = Folder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{key}" },
            ArgumentList =
            {
                "serve.js",
                "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
                "--blobPort", Text(ports[0]), "--queuePort", Text(ports[1]), "--tablePort", Text(ports[2]),
            },
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    static async Task<bool> ListensAsync(Process process, int[] ports)
    {
        using var late = new CancellationTokenSource(HangGuard);
        foreach (var port in ports)
        {
            while (!await AcceptsAsync(port))
            {
                if (process.HasExited)
                {
                    return false;
                }

                await Task.Delay(Polling, late.Token);
            }
        }

        return true;
    }

    static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }

    static string ConnectionTo(int[] ports, string key) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};"
        + $"BlobEndpoint=http://127.0.0.1:{ports[0]}/{Account};QueueEndpoint=http://127.0.0.1:{ports[1]}/{Account};"
        + $"TableEndpoint=http://127.0.0.1:{ports[2]}/{Account};";

    static string Text(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var found = Path.Combine(folder.FullName, "tests", "Azurite");
            if (Directory.Exists(Path.Combine(found, "node_modules", "azurite")))
            {
                return found;
            }
        }

        return null;
    }
}
