using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenTelemetry;

namespace MigrationFunctions.Telemetry;

/// <summary>Takes out of spans what may quote a row: literals and parameters of the drivers' statements, and every failure's
/// words, which the Functions worker, Durable Task and the drivers put into a span's status. What is left of a failure is its MIG code,
/// error number or SQLSTATE.</summary>
sealed partial class QuietSpans : BaseProcessor<Activity>
{
    /// <summary>Npgsql's own source.</summary>
    public const string PostgreSql = "Npgsql";

    const string SqlClient = "OpenTelemetry.Instrumentation.SqlClient";
    const string QueryText = "db.query.text";
    const string QueryParameter = "db.query.parameter.";

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name is PostgreSql or SqlClient)
            HideStatement(data);
        if (data.Status == ActivityStatusCode.Error)
            data.SetStatus(
                ActivityStatusCode.Error,
                data.GetTagItem("db.response.status_code") as string ?? data.GetTagItem("error.type") as string
                ?? (Code().Match(data.StatusDescription ?? "") is { Success: true } code ? code.Value : null));
    }

    static void HideStatement(Activity data)
    {
        if (data.GetTagItem(QueryText) is string text)
            data.SetTag(QueryText, StatementText.Without(text));
        // A variable of the environment can ask SqlClient's instrumentation for them.
        foreach (var (name, _) in data.TagObjects.Where(t => t.Key.StartsWith(QueryParameter, StringComparison.Ordinal)).ToList())
            data.SetTag(name, null);
    }

    [GeneratedRegex(@"\bMIG\d{4}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
