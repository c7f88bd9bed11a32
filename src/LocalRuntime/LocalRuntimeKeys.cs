using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LocalRuntime;

/// <summary>The keys in force: one opens the HTTP functions, one the management addresses.</summary>
public sealed class LocalRuntimeKeys
{
    LocalRuntimeKeys(string functionKey, string systemKey)
    {
        FunctionKey = functionKey;
        SystemKey = systemKey;
    }

    /// <summary>Opens every HTTP function: header <c>x-functions-key</c> or query parameter <c>code</c>.</summary>
    public string FunctionKey { get; }

    /// <summary>Opens the management addresses, which carry it; as in Azure it does not open the functions.</summary>
    public string SystemKey { get; }

    /// <summary>The stored keys; missing ones are generated and stored, readable for their owner only.</summary>
    /// <exception cref="InvalidOperationException">The file of keys is damaged.</exception>
    internal static LocalRuntimeKeys Load(string folder, string? functionKey)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "keys.json");
        var stored = Read(path);
        var known = stored.Count;
        var keys = new LocalRuntimeKeys(
            string.IsNullOrEmpty(functionKey) ? Stored(stored, "functionKey") : functionKey,
            Stored(stored, "systemKey"));
        if (stored.Count != known)
        {
            Write(path, stored);
        }

        return keys;
    }

    static Dictionary<string, string> Read(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? []
                : [];
        }
        catch (JsonException failure)
        {
            throw new InvalidOperationException(
                $"{path} is not readable: {failure.Message} Delete it to have new keys generated.", failure);
        }
    }

    internal static bool Matches(string? given, string key) =>
        given is not null
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    static string Stored(Dictionary<string, string> stored, string name)
    {
        if (!stored.TryGetValue(name, out var key))
        {
            key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            stored.Add(name, key);
        }

        return key;
    }

    static void Write(string path, Dictionary<string, string> keys)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, keys);
    }
}
