using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace MigrationFunctions.Http.Access;

/// <summary>How a middleware answers in place of the function.</summary>
static class HttpAnswer
{
    /// <summary>Writes the answer at once; the function's own result must not follow.</summary>
    public static Task WriteToAsync(this IActionResult answer, HttpContext http) =>
        answer.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor()));
}
