namespace DurableTask.Core.Exceptions;

/// <summary>Base of what the durable engine itself reports.</summary>
public class OrchestrationException : Exception
{
    public OrchestrationException()
    {
    }

    public OrchestrationException(string message)
        : base(message)
    {
    }

    public OrchestrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// A start named the id of an instance in a state that excludes it: by default, one that has not ended. Nothing was
/// started.
/// </summary>
public class OrchestrationAlreadyExistsException : OrchestrationException
{
    public OrchestrationAlreadyExistsException()
    {
    }

    public OrchestrationAlreadyExistsException(string message)
        : base(message)
    {
    }

    public OrchestrationAlreadyExistsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
