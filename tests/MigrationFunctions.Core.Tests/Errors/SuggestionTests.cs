using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Tests.Errors;

public sealed class SuggestionTests
{
    static readonly string[] Known = ["name", "source", "target", "columns", "StudentID"];

    [Theory]
    [InlineData("nmae", "name")]
    [InlineData("Name", "name")]
    [InlineData("sorce", "source")]
    [InlineData("colunms", "columns")]
    [InlineData("studentid", "StudentID")]
    [InlineData("StudentsID", "StudentID")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("tgt", null)]
    [InlineData("completelyDifferent", null)]
    public void A_slip_of_the_fingers_is_understood_and_nothing_else(string given, string? meant) =>
        Assert.Equal(meant, Suggestion.For(given, Known));

    [Fact]
    public void Quoted_names_stay_on_one_line_and_short()
    {
        Assert.Equal("'a\\u000ab\\u202e'", Quoted.Text("a\nb\u202e"));
        Assert.Equal(85, Quoted.Text(new string('x', 500)).Length);
        Assert.Equal("'\ufffd'", Quoted.Text("\ud800"));
    }
}
