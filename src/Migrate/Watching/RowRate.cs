namespace Migrate.Watching;

/// <summary>Rows a second since the watch began.</summary>
sealed class RowRate(TimeProvider clock)
{
    long? _firstRows;
    long _firstTime;

    public double Next(long rows)
    {
        if (_firstRows is not { } first)
        {
            (_firstRows, _firstTime) = (rows, clock.GetTimestamp());
            return 0;
        }
        var seconds = clock.GetElapsedTime(_firstTime).TotalSeconds;
        return seconds > 0 ? (rows - first) / seconds : 0;
    }
}
