using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions;

namespace Architecture.Tests;

/// <summary>One set of functions, compiled once, against the official packages; every host runs that.</summary>
public partial class HostTests
{
    [Fact]
    public void Function_files_have_no_switch_between_hosts()
    {
        foreach (var file in Repository.Sources("src/MigrationFunctions"))
            Assert.DoesNotContain("#if", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_compiled_in_two_projects_of_src()
    {
        foreach (var project in Repository.Projects("src"))
            Assert.Empty(Repository.Included(project, "Compile"));
    }

    [Fact]
    public void Nothing_is_declared_in_a_namespace_of_Microsofts()
    {
        foreach (var file in Repository.Sources("src").Concat(Repository.Sources("tests")))
            Assert.DoesNotMatch(MicrosoftsNamespace(), File.ReadAllText(file));
    }

    [Fact]
    public void Functions_have_unique_names_that_are_their_methods()
    {
        var functions = typeof(Composition).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Select(m => (Method: m, Function: (FunctionAttribute?)Attribute.GetCustomAttribute(m, typeof(FunctionAttribute))))
            .Where(f => f.Function is not null).ToList();
        Assert.NotEmpty(functions);
        Assert.All(functions, f => Assert.Equal(f.Method.Name, f.Function!.Name));
        Assert.Equal(functions.Count, functions.Select(f => f.Function!.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void The_solution_builds_the_azure_app_in_each_configuration()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "MigrationFunctions.sln"));
        var id = AppId().Match(solution).Groups["id"].Value;
        Assert.NotEmpty(id);
        Assert.Contains($"{id}.Debug|Any CPU.Build.0", solution, StringComparison.Ordinal);
        Assert.Contains($"{id}.Release|Any CPU.Build.0", solution, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"MigrationFunctions\\MigrationFunctions\.csproj"", ""(?<id>\{[^}]+\})""")]
    private static partial Regex AppId();

    [GeneratedRegex(@"^\s*namespace\s+(Microsoft|DurableTask)\b", RegexOptions.Multiline)]
    private static partial Regex MicrosoftsNamespace();
}
