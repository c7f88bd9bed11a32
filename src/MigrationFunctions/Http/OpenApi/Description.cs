namespace MigrationFunctions.Http.OpenApi;

/// <summary>The request's body, as JSON.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesAttribute(Type body) : Attribute
{
    public Type Body => body;
}

/// <summary>The answer when all went well. Everything else is a problem.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnswersAttribute(int status, Type? body = null) : Attribute
{
    public int Status => status;

    /// <summary>Null for a file.</summary>
    public Type? Body => body;
}

/// <summary>A parameter of the request's query; none is required.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class QueryAttribute(string name, Type type) : Attribute
{
    public string Name => name;

    public Type Type => type;
}
