using System.Diagnostics;
using OpenTelemetry;

namespace MigrationFunctions.Telemetry;

/// <summary>Takes out of the drivers' spans what may quote a row: literals of statements, and servers' messages. What is
/// left of a failure is its number or SQLSTATE.</summary>
sealed class DatabaseSpans : BaseProcessor<Activity>
{
    /// <summary>Npgsql's own source.</summary>
    public const string PostgreSql = "Npgsql";

    const string SqlClient = "OpenTelemetry.Instrumentation.SqlClient";
    const string QueryText = "db.query.text";

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name is not PostgreSql and not SqlClient)
            return;
        if (data.GetTagItem(QueryText) is string text)
            data.SetTag(QueryText, StatementText.Without(text));
        if (data.Status == ActivityStatusCode.Error)
            data.SetStatus(
                ActivityStatusCode.Error,
                data.GetTagItem("db.response.status_code") as string ?? data.GetTagItem("error.type") as string);
    }
}
