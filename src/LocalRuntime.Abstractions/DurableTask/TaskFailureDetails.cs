using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>
/// A failure as data: exceptions do not cross between activities, orchestrations and clients, only this does.
/// </summary>
/// <param name="ErrorType">Full name of the exception's type.</param>
/// <param name="ErrorMessage">Its message.</param>
/// <param name="StackTrace">Its stack; may be absent.</param>
/// <param name="InnerFailure">The failure that caused it.</param>
/// <param name="Properties">Facts that the host added.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception is ITaskFailure { Details: var details }
            ? details
            : new TaskFailureDetails(
                exception.GetType().ToString(),
                exception.Message,
                exception.StackTrace,
                exception.InnerException is null ? null : FromException(exception.InnerException),
                null);
    }

    /// <summary>
    /// Whether the failure was of this exception type or one derived from it; false when its type cannot be loaded.
    /// </summary>
    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T));

    /// <exception cref="ArgumentException">The type is not an exception.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException(
                $"The type {targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        }

        return !string.IsNullOrEmpty(ErrorType)
            && LoadErrorType(targetBaseExceptionType.Assembly) is { } type
            && targetBaseExceptionType.IsAssignableFrom(type);
    }

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    Type? LoadErrorType(Assembly near)
    {
        if ((Type.GetType(ErrorType) ?? near.GetType(ErrorType)) is { } type)
        {
            return type;
        }

        var matching = AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(ErrorType))
            .OfType<Type>()
            .ToList();
        return matching.Count > 1
            ? throw new AmbiguousMatchException($"Multiple exception types with the name '{ErrorType}' were found.")
            : matching.SingleOrDefault();
    }
}

/// <summary>An exception that carries a failure which came as data.</summary>
interface ITaskFailure
{
    TaskFailureDetails Details { get; }
}
