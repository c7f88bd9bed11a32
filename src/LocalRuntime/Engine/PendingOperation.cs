using Microsoft.DurableTask;

namespace LocalRuntime.Engine;

/// <summary>A call, timer or wait of an orchestrator that has not ended.</summary>
abstract class PendingOperation
{
    public abstract Type ResultType { get; }

    public abstract bool IsEnded { get; }

    /// <summary>
    /// Ends it with a result, which is deserialized here: what cannot be read as the awaited type fails the await.
    /// </summary>
    public abstract void Complete(string? data);

    public abstract void Fail(Exception failure);
}

/// <inheritdoc/>
sealed class PendingOperation<T>(DataConverter converter) : PendingOperation
{
    readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override Type ResultType => typeof(T);

    public override bool IsEnded => Task.IsCompleted;

    public override void Complete(string? data)
    {
        T value;
        try
        {
            value = converter.Deserialize<T>(data)!;
        }
#pragma warning disable CA1031 // Any reader may throw anything; the orchestrator that awaits is told.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _source.TrySetException(failure);
            return;
        }

        _source.TrySetResult(value);
    }

    public override void Fail(Exception failure) => _source.TrySetException(failure);

    public void Cancel(CancellationToken token) => _source.TrySetCanceled(token);
}
