using System.Globalization;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Starting;

/// <summary>Reads settings that have bounds and keeps everything that is wrong with them (MIG6025). One that is absent or
/// empty has its usual value.</summary>
sealed class SettingReader
{
    readonly IConfiguration _configuration;
    readonly List<Problem> _problems = [];

    SettingReader(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Settings that can be used.</summary>
    /// <exception cref="MigrationException">The first of the problems.</exception>
    public static T Read<T>(IConfiguration configuration, Func<SettingReader, T> read)
    {
        var reader = new SettingReader(configuration);
        var settings = read(reader);
        return reader._problems is [var first, ..] ? throw new MigrationException(first) : settings;
    }

    /// <summary>Everything that is wrong with the settings.</summary>
    public static IReadOnlyList<Problem> Check<T>(IConfiguration configuration, Func<SettingReader, T> read)
    {
        var reader = new SettingReader(configuration);
        _ = read(reader);
        return reader._problems;
    }

    public int Number(string name, int usual, int least, int most)
    {
        if (_configuration[name] is not { Length: > 0 } text)
            return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        AddInvalid(name, text, $"a number from {least} to {most}");
        return usual;
    }

    /// <summary>A name of the enum, in whatever case; never its number.</summary>
    public T Choice<T>(string name, T usual) where T : struct, Enum
    {
        if (_configuration[name] is not { Length: > 0 } text)
            return usual;
        foreach (var choice in Enum.GetValues<T>())
            if (string.Equals(choice.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return choice;
        AddInvalid(name, text, string.Join(" or ", Enum.GetNames<T>()));
        return usual;
    }

    /// <summary>An absolute address, or null.</summary>
    public Uri? Address(string name)
    {
        if (_configuration[name] is not { Length: > 0 } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
            return address;
        AddInvalid(name, text, "an absolute address, as https://migration.example");
        return null;
    }

    public bool IsTrue(string name) => bool.TryParse(_configuration[name], out var isTrue) && isTrue;

    public void Add(Problem problem) => _problems.Add(problem);

    void AddInvalid(string name, string value, string possible) => Add(new Problem(
        ErrorCodes.SettingInvalid, name, $"{Quoted.Text(value)} is not possible here.", $"Give {possible}."));
}
