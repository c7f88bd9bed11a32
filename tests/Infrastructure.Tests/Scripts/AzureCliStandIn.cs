using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Scripts;

/// <summary>In the place of the Azure CLI, which reaches no Azure here: answers what a test told it to, and notes what it was
/// called with.</summary>
sealed class AzureCliStandIn : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("az-");
    int _answers;

    public AzureCliStandIn()
    {
        // Each answer is a file: its first line is how the call begins, the others are the answer.
        Write("az",
            $$"""
            #!/usr/bin/env bash
            set -euo pipefail
            cd '{{_folder.FullName}}'
            call=$*
            echo "$call" >>calls
            while [ "$#" -gt 0 ]; do
              if [ "$1" = --file ]; then
                cp "$2" secret
                stat --format %a "$2" >mode
              fi
              shift
            done
            for failure in failure-*; do
              if [ -f "$failure" ] && [[ "$call" == "$(head -1 "$failure")"* ]] && [ "$(wc -l <"$failure")" -gt 1 ]; then
                sed -i '$ d' "$failure"
                exit 1
              fi
            done
            for answer in answer-*; do
              if [ -f "$answer" ] && [[ "$call" == "$(head -1 "$answer")"* ]]; then
                tail -n +2 "$answer"
                break
              fi
            done
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_folder.FullName, "az"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string Folder => _folder.FullName;

    /// <summary>The command lines, in their order.</summary>
    public IReadOnlyList<string> Calls => File.ReadAllLines(Path.Combine(Folder, "calls"));

    public AzureCliStandIn On(string call, string answer)
    {
        Write($"answer-{_answers++:00}", $"{call}\n{answer}\n");
        return this;
    }

    /// <summary>Fails the first calls that begin so.</summary>
    public AzureCliStandIn Fails(string call, int times)
    {
        Write($"failure-{_answers++:00}", $"{call}\n{string.Concat(Enumerable.Repeat("once\n", times))}");
        return this;
    }

    /// <summary>A file that the last call was given, as it was then.</summary>
    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public Task<ToolResult> RunAsync(string script, params string[] arguments) =>
        Tool.RunAsync(Repository.FullPath($"infra/pipelines/scripts/{script}"), arguments, Folder);

    public void Dispose() => _folder.Delete(recursive: true);

    void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);
}
