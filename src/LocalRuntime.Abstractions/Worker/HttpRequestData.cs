namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>A request in the worker's own model; here only as far as a management payload names its URL.</summary>
public abstract class HttpRequestData
{
    public HttpRequestData(FunctionContext functionContext) => FunctionContext = functionContext;

    public abstract Uri Url { get; }

    public FunctionContext FunctionContext { get; }
}
