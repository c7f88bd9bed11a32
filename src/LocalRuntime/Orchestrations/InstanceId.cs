namespace LocalRuntime.Orchestrations;

/// <summary>The bounds that Azure Storage sets on an instance id.</summary>
static class InstanceId
{
    const int MaxLength = 100;

    /// <exception cref="ArgumentException">The text is no instance id.</exception>
    public static string Checked(string id) =>
        id.Length is 0 or > MaxLength || id[0] == '@' || id.Any(c => char.IsControl(c) || c is '/' or '\\' or '#' or '?')
            ? throw new ArgumentException(
                $"'{id}' is no instance id: it must have 1 to {MaxLength} characters, must not begin with @, and must not hold "
                + "/ \\ # ? or control characters.",
                nameof(id))
            : id;
}
