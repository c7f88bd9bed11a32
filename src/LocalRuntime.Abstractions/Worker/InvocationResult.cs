namespace Microsoft.Azure.Functions.Worker;

/// <summary>What an invocation came to. A middleware may read it after the function, and may set it in its stead.</summary>
public abstract class InvocationResult<T>
{
    public abstract T? Value { get; set; }
}

/// <inheritdoc/>
public abstract class InvocationResult : InvocationResult<object>
{
}

public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>
    /// The result of this invocation. For a function that HTTP started an <c>IActionResult</c> or <c>IResult</c> that
    /// stands here once all middleware has ended is what is answered, whoever put it there.
    /// </summary>
    /// <exception cref="InvalidOperationException">The context is not one of an invocation.</exception>
    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        context is IInvocationResultHolder holder
            ? new HeldResult(holder)
            : throw new InvalidOperationException("The context holds no result: no host made it.");

    sealed class HeldResult(IInvocationResultHolder holder) : InvocationResult
    {
        public override object? Value
        {
            get => holder.InvocationResult;
            set => holder.InvocationResult = value;
        }
    }
}

/// <summary>A context that keeps its invocation's result.</summary>
interface IInvocationResultHolder
{
    object? InvocationResult { get; set; }
}
