using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions;

namespace Architecture.Tests;

/// <summary>One set of functions, two hosts: the same files, no switch between them.</summary>
public partial class HostTests
{
    [Fact]
    public void Function_files_compile_for_both_hosts_without_a_switch()
    {
        foreach (var file in Repository.Sources("src/MigrationFunctions"))
            Assert.DoesNotContain("#if", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void The_local_host_links_every_function_file_but_the_entry_point()
    {
        var linked = Repository.Included(Path.Combine(Repository.Root, "src", "Migrate", "Migrate.csproj"), "Compile");
        Assert.Equal(["../MigrationFunctions/**/*.cs"], linked);
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
    public void The_solution_builds_the_azure_app_only_in_its_own_configuration()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "MigrationFunctions.sln"));
        var id = AppId().Match(solution).Groups["id"].Value;
        Assert.NotEmpty(id);
        Assert.Contains($"{id}.Azure|Any CPU.Build.0", solution, StringComparison.Ordinal);
        Assert.DoesNotContain($"{id}.Debug|Any CPU.Build.0", solution, StringComparison.Ordinal);
        Assert.DoesNotContain($"{id}.Release|Any CPU.Build.0", solution, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"MigrationFunctions\\MigrationFunctions\.csproj"", ""(?<id>\{[^}]+\})""")]
    private static partial Regex AppId();
}
