using System.Globalization;
using LocalPostgres.Finding;

namespace LocalPostgres.Running;

/// <summary>
/// The operating system user that PostgreSQL runs as. It refuses to run as root (PostgreSQL doc, "The PostgreSQL User
/// Account"), so root lends it an unprivileged account; anyone else runs it under the own name.
/// </summary>
sealed class ServiceUser
{
    /// <summary>The accounts to borrow, the preferred first.</summary>
    static readonly string[] Accounts = ["postgres", "nobody"];

    const string SystemTempFolder = "/tmp";

    readonly Func<IReadOnlyList<string>, IReadOnlyList<string>> _wrap;
    readonly string? _ownership;

    ServiceUser(Func<IReadOnlyList<string>, IReadOnlyList<string>> wrap, string? ownership)
    {
        _wrap = wrap;
        _ownership = ownership;
    }

    /// <summary>The user of this process.</summary>
    public static ServiceUser Self { get; } = new(command => command, null);

    /// <summary>The command that runs <paramref name="command"/> as this user.</summary>
    public IReadOnlyList<string> As(IReadOnlyList<string> command) => _wrap(command);

    /// <summary>Runs a command as this user, in a folder that it can enter.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, string folder, CancellationToken ct) =>
        Command.RunAsync(As(command), folder, ct);

    /// <summary>
    /// The folder, if this user can enter it: root's own folders are closed to others. Else the system's temp folder.
    /// </summary>
    public async Task<string> ReachableAsync(string folder, CancellationToken ct)
    {
        if (_ownership is null)
            return folder;
        Directory.CreateDirectory(folder);
        return (await RunAsync(["test", "-x", folder], "/", ct)).Succeeded ? folder : SystemTempFolder;
    }

    /// <summary>Hands a folder and all in it over to this user.</summary>
    public async Task TakeOverAsync(string folder, CancellationToken ct)
    {
        if (_ownership is null)
            return;
        var result = await Command.RunAsync(["chown", "-R", _ownership, folder], null, ct);
        if (!result.Succeeded)
            throw new PostgresUnavailableException(
                $"The folder {folder} cannot be handed to the user that PostgreSQL is to run as: {result.Said}");
    }

    /// <summary>The user for this process: itself, or for root the first account that can be borrowed.</summary>
    /// <exception cref="PostgresUnavailableException">Root, and no account can be borrowed.</exception>
    public static async Task<ServiceUser> ChooseAsync(CancellationToken ct)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return Self;
        foreach (var account in AccountsHere())
            foreach (var way in Ways(account))
            {
                var id = await way.RunAsync(["id", "-u"], "/", ct);
                if (id.Succeeded && id.Output == account.User)
                    return way;
            }
        throw new PostgresUnavailableException(
            "PostgreSQL refuses to run as root, and none of setpriv, runuser, su and sudo can run it as "
            + $"{string.Join(" or ", Accounts)}. Create such a user, or run this as an ordinary user.");
    }

    /// <summary>All ways to become this account that the machine has a tool for, the cheapest first.</summary>
    internal static IEnumerable<ServiceUser> Ways(Account account)
    {
        var (name, user, group) = account;
        var ownership = $"{user}:{group}";
        if (Executables.Find("setpriv") is { } setpriv)
            yield return new(
                c => [setpriv, $"--reuid={user}", $"--regid={group}", "--clear-groups", "--", .. c], ownership);
        if (Executables.Find("runuser") is { } runuser)
            yield return new(c => [runuser, "-u", name, "--", .. c], ownership);
        if (Executables.Find("su") is { } su)
            yield return new(
                c => [su, "-s", "/bin/sh", "-c", $"exec {string.Join(' ', c.Select(Quote))}", name], ownership);
        if (Executables.Find("sudo") is { } sudo)
            yield return new(c => [sudo, "-n", "-u", name, "--", .. c], ownership);
    }

    /// <summary>The accounts of this machine that may be borrowed.</summary>
    internal static IEnumerable<Account> AccountsHere()
    {
        var entries = File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':')).Where(parts => parts.Length >= 4).ToList();
        return
            from name in Accounts
            from entry in entries
            where entry[0] == name && IsUnprivileged(entry[2])
            select new Account(name, entry[2], entry[3]);
    }

    static bool IsUnprivileged(string id) =>
        uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != 0;

    static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A line of /etc/passwd: name, user id, group id.</summary>
    internal sealed record Account(string Name, string User, string Group);
}
