using Microsoft.Azure.Functions.Worker;

namespace LocalRuntime.Tests;

/// <summary>Activities of the contract suite.</summary>
sealed class SampleActivities(TestWorld world)
{
    [Function(nameof(Append))]
    public string Append([ActivityTrigger] string text)
    {
        world.Count(nameof(Append));
        return text + "+";
    }

    [Function(nameof(Square))]
    public int Square([ActivityTrigger] int number)
    {
        world.Count(nameof(Square));
        return number * number;
    }

    [Function(nameof(Gated))]
    public async Task<int> Gated([ActivityTrigger] string gate, FunctionContext context)
    {
        var count = world.Count("Gated." + gate);
        await world.Gate(gate).WaitAsync(context.CancellationToken);
        return count;
    }

    [Function(nameof(FailsUntil))]
    public string FailsUntil([ActivityTrigger] int attempt)
    {
        var count = world.Count(nameof(FailsUntil));
        return count >= attempt ? "attempt " + count : throw new TimeoutException(
            "attempt " + count, new IOException("inner"));
    }

    [Function(nameof(Echo))]
    public static Order Echo([ActivityTrigger] Order order) => order;
}
