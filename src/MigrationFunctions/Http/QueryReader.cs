using System.Globalization;
using Microsoft.AspNetCore.Http;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Http;

/// <summary>Reads a request's query with every problem of it at once. A parameter that is absent has its usual value; one that is
/// empty or there twice is a problem, lest it select everything or by its first value.</summary>
sealed class QueryReader(HttpRequest request)
{
    public List<Problem> Problems { get; } = [];

    public string? Text(string name)
    {
        var values = request.Query[name];
        if (values is [{ Length: > 0 } text])
            return text;
        if (values.Count > 0)
            Problems.Add(new Problem(
                ErrorCodes.QueryInvalid, $"?{name}", values.Count == 1 ? "It is empty." : "It is there more than once.",
                "Give it once, with a value, or leave it out."));
        return null;
    }

    public string Required(string name)
    {
        var text = Text(name);
        if (text is null && request.Query[name].Count == 0)
            Problems.Add(new Problem(ErrorCodes.QueryInvalid, $"?{name}", "It is missing.", "Give it."));
        return text ?? "";
    }

    public long Number(string name, long usual, long least, long most)
    {
        if (Text(name) is not { } text)
            return usual;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Report(name, text, $"a number from {least} to {most}");
        return usual;
    }

    public T Choice<T>(string name, T usual) where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return usual;
        foreach (var choice in Enum.GetValues<T>())
            if (ManifestJson.Name(choice) == text)
                return choice;
        Report(name, text, "one of " + string.Join(", ", Enum.GetValues<T>().Select(ManifestJson.Name)));
        return usual;
    }

    void Report(string name, string value, string possible) => Problems.Add(new Problem(
        ErrorCodes.QueryInvalid, $"?{name}", $"{Quoted.Text(value)} is not possible here.", $"Give {possible}."));
}
