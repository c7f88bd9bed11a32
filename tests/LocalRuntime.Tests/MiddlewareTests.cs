using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LocalRuntime.Tests;

/// <summary>
/// The contract of worker middleware, as the sources of azure-functions-dotnet-worker have it: the order of
/// DefaultInvocationPipelineBuilder, and results as FunctionsHttpProxyingMiddleware answers them.
/// </summary>
public sealed class MiddlewareTests
{
    readonly ConcurrentQueue<string> _passed = new();

    [Fact]
    public async Task What_is_registered_first_stands_outermost()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker
            .Use(Passing("outer")).UseMiddleware<Marking>().Use(Passing("inner")));
        await host.Http.GetStringAsync("/api/things/7");
        Assert.Equal(["outer Thing", "inner Thing", "inner Thing ends", "outer Thing ends"], _passed);
        Assert.Equal(1, host.World.CountOf("Marking.Thing"));
    }

    [Fact]
    public async Task What_a_middleware_writes_in_place_of_the_function_is_what_is_answered()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker.Use(ByHttp((http, _, _) =>
        {
            http.Response.Headers["x-refused"] = "yes";
            return new ObjectResult(new { Why = "closed" }) { StatusCode = 403 }.ExecuteResultAsync(
                new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
        })));
        using var answer = await host.Http.PostAsync("/api/Breaks", null);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("yes", Assert.Single(answer.Headers.GetValues("x-refused")));
        Assert.Equal("""{"why":"closed"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_middleware_may_answer_what_a_function_throws()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker.Use(next => async context =>
        {
            try
            {
                await next(context);
            }
            catch (InvalidOperationException)
            {
                context.GetHttpContext()!.Response.StatusCode = 503;
            }
        }));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Http.PostAsync("/api/Breaks", null)).StatusCode);
    }

    [Fact]
    public async Task Keys_are_checked_before_any_middleware()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker.Use(Passing("gate")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync("/api/Guarded")).StatusCode);
        Assert.Empty(_passed);
    }

    [Fact]
    public async Task Middleware_stands_around_timers_activities_and_an_orchestrator_that_is_loaded()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker.UseMiddleware<Marking>());
        await host.World.UntilCount("AtStart", 1);
        await host.RunAsync("Chain", "a");
        Assert.Equal(
            (1, 3, 1),
            (host.World.CountOf("Marking.AtStart"), host.World.CountOf("Marking.Append"), host.World.CountOf("Marking.Chain")));
        Assert.Equal(0, host.World.CountOf("Marking.ByHttp"));
    }

    [Fact]
    public async Task Middleware_stands_around_replays_as_well()
    {
        await using var host = await TestHost.StartAsync(
            extendedSessions: false, worker: worker => worker.UseMiddleware<Marking>());
        await host.RunAsync("Chain", "a");
        Assert.Equal(4, host.World.CountOf("Marking.Chain"));
    }

    [Fact]
    public async Task A_middleware_that_waits_around_an_orchestrator_fails_it_as_in_Azure()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker.Use(next => async context =>
        {
            await Task.Delay(1);
            await next(context);
        }));
        var ended = await host.RunAsync("Chain", "a");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.StartsWith("An invalid asynchronous invocation", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_middleware_that_fails_fails_the_orchestration()
    {
        await using var host = await TestHost.StartAsync(worker: worker => worker.Use(next => context =>
            context.FunctionDefinition.Name == "Chain" ? throw new InvalidDataException("no way") : next(context)));
        var ended = await host.RunAsync("Chain", "a");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal("no way", ended.FailureDetails!.ErrorMessage);
    }

    // A timer of the samples fires at every start; what is called by HTTP alone is looked at.
    static Func<FunctionExecutionDelegate, FunctionExecutionDelegate> ByHttp(
        Func<HttpContext, FunctionContext, FunctionExecutionDelegate, Task> invoke) =>
        next => context => context.GetHttpContext() is { } http ? invoke(http, context, next) : next(context);

    Func<FunctionExecutionDelegate, FunctionExecutionDelegate> Passing(string name) => ByHttp(
        async (_, context, next) =>
        {
            _passed.Enqueue($"{name} {context.FunctionDefinition.Name}");
            await next(context);
            _passed.Enqueue($"{name} {context.FunctionDefinition.Name} ends");
        });

    sealed class Marking(TestWorld world) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            world.Count("Marking." + context.FunctionDefinition.Name);
            if (context.GetHttpContext() is not null)
            {
                world.Count("Marking.ByHttp");
            }

            await next(context);
        }
    }
}
