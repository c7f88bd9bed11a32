using System.CommandLine;

namespace Benchmarks;

static class BenchOptions
{
    public static Option<int> Rounds(int rounds = 5)
    {
        var option = new Option<int>("--rounds")
        {
            Description = "Rounds; medians count.",
            DefaultValueFactory = _ => rounds,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--rounds must be at least 1.");
        });
        return option;
    }
}
