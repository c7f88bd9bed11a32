using System.CommandLine;

namespace Migrate.Commands;

static class RunIdArgument
{
    public static Argument<string> Required() => Checked(
        new Argument<string>("RUNID") { Description = "The run, as `migrate status` lists it." });

    public static Argument<string?> Optional() => Checked(new Argument<string?>("RUNID")
    {
        Description = "The run; without it the runs are listed.",
        Arity = ArgumentArity.ZeroOrOne,
    });

    static Argument<T> Checked<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var id }] && string.IsNullOrWhiteSpace(id))
                result.AddError("RUNID is empty.");
        });
        return argument;
    }
}
