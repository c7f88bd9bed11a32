using System.Globalization;
using Npgsql;

namespace Benchmarks.Measuring;

/// <summary>Reads the CPU time of all who take part. PostgreSQL's and the tools' come from /proc (proc(5)), so they are
/// known on Linux alone, and PostgreSQL's only when it runs on this machine.</summary>
sealed class CpuMeter
{
    // USER_HZ, which is 100 on every Linux that .NET runs on.
    const double TicksPerSecond = 100;

    readonly int? _postmaster;
    readonly int? _source;

    CpuMeter(int? postmaster, int? source) => (_postmaster, _source) = (postmaster, source);

    /// <param name="source">Process id of the stand-in, or null.</param>
    public static async Task<CpuMeter> StartAsync(
        string connectionString, int? source, CancellationToken cancellationToken)
    {
        await using var data = NpgsqlDataSource.Create(connectionString);
        await using var command = data.CreateCommand("SELECT pg_backend_pid()");
        var backend = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        var stat = ProcessStat.Read(backend);
        return new CpuMeter(stat is { Name: "postgres" } ? stat.Parent : null, source);
    }

    public CpuSeconds Read() => new(
        Environment.CpuUsage.TotalTime.TotalSeconds,
        ProcessStat.Read(Environment.ProcessId)?.OfReapedChildren / TicksPerSecond,
        _postmaster is { } postmaster ? OfTree(postmaster) / TicksPerSecond : null,
        _source is { } source ? ProcessStat.Read(source)?.Own / TicksPerSecond : null);

    // Living backends are the postmaster's children, those that have ended are in its sum: one that ends while they are
    // added up must be counted once.
    static long OfTree(int postmaster)
    {
        while (ProcessStat.Read(postmaster) is { } before)
        {
            var living = 0L;
            foreach (var folder in Directory.EnumerateDirectories("/proc"))
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                    && ProcessStat.Read(id) is { } stat && stat.Parent == postmaster)
                    living += stat.Own;
            if (ProcessStat.Read(postmaster) is { } after && after.OfReapedChildren == before.OfReapedChildren)
                return after.Own + after.OfReapedChildren + living;
        }
        return 0;
    }

    /// <summary>/proc/PID/stat in clock ticks; null when there is no such process, or no /proc.</summary>
    sealed record ProcessStat(string Name, int Parent, long Own, long OfReapedChildren)
    {
        public static ProcessStat? Read(int process)
        {
            string line;
            try
            {
                line = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
            // The name may hold blanks and brackets: fields are counted from its last bracket on.
            var (open, close) = (line.IndexOf('('), line.LastIndexOf(')'));
            var fields = line[(close + 2)..].Split(' ');
            return new ProcessStat(
                line[(open + 1)..close], int.Parse(fields[1], CultureInfo.InvariantCulture),
                Ticks(fields[11]) + Ticks(fields[12]), Ticks(fields[13]) + Ticks(fields[14]));
        }

        static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);
    }
}
