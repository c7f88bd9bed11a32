using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class ManifestCatalogTests
{
    [Fact]
    public void It_lists_good_and_broken_manifests_by_name_and_passes_over_the_schema()
    {
        using var folder = new TempFolder();
        folder.Write("sample.json", SampleManifest.With("description", "\"A sample.\""));
        folder.Write("broken.json", "{");
        folder.Write("manifest.schema.json", "{}");
        folder.Write("README.md", "");

        var listed = new ManifestCatalog(folder.Path).List();

        Assert.Equal([("broken", "broken.json", 1, null), ("sample", "sample.json", 0, "A sample.")],
            listed.Select(l => (l.Name, l.File, l.Problems.Count, l.Description)));
    }

    [Fact]
    public void It_finds_by_name_and_answers_an_unknown_one_with_the_known()
    {
        using var folder = new TempFolder();
        folder.Write("sample.json", SampleManifest.Json);
        var catalog = new ManifestCatalog(folder.Path);

        Assert.Equal("sample", catalog.Find("sample").Manifest!.Name);
        var problem = Assert.Single(catalog.Find("sampel").Problems);
        Assert.Equal(ErrorCodes.ManifestNotFound, problem.Code);
        Assert.Equal("Did you mean 'sample'? Known are sample.", problem.Remedy);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("sub/../../outside")]
    [InlineData("..\\outside")]
    [InlineData("sample.json")]
    [InlineData("manifest.schema")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("sample\0")]
    public void No_name_reaches_another_file(string name)
    {
        using var parent = new TempFolder();
        parent.Write("outside.json", SampleManifest.With("name", "\"outside\""));
        var inner = Directory.CreateDirectory(parent.PathOf("manifests")).FullName;
        File.WriteAllText(Path.Combine(inner, "sample.json"), SampleManifest.Json);
        File.WriteAllText(Path.Combine(inner, "manifest.schema.json"), "{}");

        var found = new ManifestCatalog(inner).Find(name);

        Assert.Equal(ErrorCodes.ManifestNotFound, Assert.Single(found.Problems).Code);
    }

    [Fact]
    public void A_folder_that_is_not_there_has_no_manifests()
    {
        using var folder = new TempFolder();
        var catalog = new ManifestCatalog(folder.PathOf("nowhere"));

        Assert.Empty(catalog.List());
        Assert.Contains("holds none", Assert.Single(catalog.Find("sample").Problems).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifests_of_this_repository_are_valid()
    {
        var listed = new ManifestCatalog(RepositoryFile.PathOf("manifests")).List();

        Assert.Contains("school-district", listed.Select(l => l.Name));
        Assert.All(listed, l => Assert.Equal([], l.Problems));
    }
}
