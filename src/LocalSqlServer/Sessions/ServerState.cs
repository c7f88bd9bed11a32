using LocalSqlServer.Sql;

namespace LocalSqlServer.Sessions;

/// <summary>What all connections of one server share.</summary>
sealed class ServerState(StandInOptions options, string password)
{
    int _lastSpid = 50;

    public StandInOptions Options { get; } = options;

    /// <summary>What logs in from now on.</summary>
    public string Password { get; set; } = password;

    public ParsedBatches Batches { get; } = new(options.Database.CompatibilityLevel);

    public FaultPlan Faults { get; } = new();

    public ServerFacts Facts { get; } = new("LOCALSTANDIN", options.Database);

    public TimeProvider Clock { get; } = options.Clock;

    public int NextSpid() => Interlocked.Increment(ref _lastSpid) % short.MaxValue;
}
