namespace Architecture.Tests;

/// <summary>References point one way: Core, then the databases, then the hosts.</summary>
public class ReferenceTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["MigrationFunctions.Core"] = [],
        ["MigrationFunctions.SqlServer"] = ["MigrationFunctions.Core"],
        ["MigrationFunctions.PostgreSql"] = ["MigrationFunctions.Core"],
        ["MigrationFunctions"] = ["MigrationFunctions.Core", "MigrationFunctions.SqlServer", "MigrationFunctions.PostgreSql"],
        ["LocalRuntime"] = [],
        ["LocalSqlServer"] = [],
        ["LocalPostgres"] = [],
        ["Migrate"] = ["MigrationFunctions", "LocalRuntime", "LocalSqlServer", "LocalPostgres"],
    };

    static readonly string[] Drivers = ["Npgsql", "Microsoft.Data.SqlClient", "Microsoft.Data.Sqlite", "Dapper"];

    [Fact]
    public void Each_project_references_only_what_the_design_allows()
    {
        foreach (var project in Repository.Projects("src"))
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = Repository.Included(project, "ProjectReference")
                .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
            Assert.True(Allowed.ContainsKey(name), $"{name} is not in the design's layout.");
            Assert.Empty(references.Except(Allowed[name]));
        }
    }

    [Fact]
    public void The_core_knows_no_driver_and_no_host()
    {
        var packages = Repository.Included(Path.Combine(
            Repository.Root, "src", "MigrationFunctions.Core", "MigrationFunctions.Core.csproj"), "PackageReference");
        Assert.Empty(packages.Intersect(Drivers));
        Assert.DoesNotContain(packages, p =>
            p.Contains("Azure", StringComparison.Ordinal) || p.Contains("DurableTask", StringComparison.Ordinal));
    }

    [Fact]
    public void Orchestrators_use_core_values_only()
    {
        foreach (var file in Repository.Sources("src/MigrationFunctions/Orchestrators"))
            foreach (var line in File.ReadLines(file).Where(l => l.StartsWith("using ", StringComparison.Ordinal)))
                Assert.False(
                    Drivers.Any(line.Contains) || line.Contains("MigrationFunctions.SqlServer", StringComparison.Ordinal)
                    || line.Contains("MigrationFunctions.PostgreSql", StringComparison.Ordinal),
                    $"{Repository.Relative(file)}: {line}");
    }

    [Fact]
    public void The_local_runtime_knows_nothing_of_migration()
    {
        foreach (var folder in new[] { "src/LocalRuntime", "src/LocalSqlServer", "src/LocalPostgres" })
            foreach (var file in Repository.Sources(folder))
                Assert.DoesNotContain("MigrationFunctions", File.ReadAllText(file), StringComparison.Ordinal);
    }
}
