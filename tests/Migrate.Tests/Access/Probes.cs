using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Http.Access;

namespace Migrate.Tests.Access;

/// <summary>Functions that do what the app's do not.</summary>
public static class Probes
{
    [Function(nameof(Fails))]
    [Requires(Role.Reader)]
    public static IActionResult Fails([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
        throw new InvalidOperationException("password=12345 at 10.0.0.1");

    [Function(nameof(FailsCoded))]
    [Requires(Role.Reader)]
    public static IActionResult FailsCoded([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
        throw new MigrationException(new Problem(ErrorCodes.TargetUnreachable, "here", "It is away.", "Start it."));

    [Function(nameof(Page))]
    [Requires(Role.Reader)]
    public static IActionResult Page([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
        new FileContentResult("<p/>"u8.ToArray(), "text/html; charset=utf-8");
}

/// <summary>Functions that the app would not start with.</summary>
static class Undecided
{
    [Function(nameof(SaysNothing))]
    public static void SaysNothing([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => _ = request;

    [Function(nameof(RoleWithoutKey))]
    [Requires(Role.Approver)]
    public static void RoleWithoutKey([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        _ = request;

    [Function(nameof(KeyWithoutRole))]
    [Requires(Role.None)]
    public static void KeyWithoutRole([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
        _ = request;
}
