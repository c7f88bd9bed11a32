using System.Runtime.CompilerServices;
using DurableTask.Core.History;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// History events as JSON that names no type of .NET: which event it is stands beside it, as the name of its
/// <see cref="EventType"/>. What the data contract of an event holds comes back as it was.
/// </summary>
static class EventJson
{
    static readonly JsonSerializerSettings Settings = new()
    {
        ConstructorHandling = ConstructorHandling.AllowNonPublicDefaultConstructor,
        NullValueHandling = NullValueHandling.Ignore,
        DateTimeZoneHandling = DateTimeZoneHandling.Utc,
        Converters = { new StringEnumConverter() },
    };

    static readonly Dictionary<string, Type> Types = HistoryEvent.KnownTypes().ToDictionary(
        type => ((HistoryEvent)RuntimeHelpers.GetUninitializedObject(type)).EventType.ToString(), StringComparer.Ordinal);

    public static string TypeOf(HistoryEvent historyEvent) => historyEvent.EventType.ToString();

    public static string Write(HistoryEvent historyEvent) => JsonConvert.SerializeObject(historyEvent, Settings);

    public static HistoryEvent Read(string type, string json) =>
        (HistoryEvent)JsonConvert.DeserializeObject(json, Types[type], Settings)!;

    /// <summary>A value that stands in an instance's row; null stays null.</summary>
    public static string? WriteValue(object? value) => value is null ? null : JsonConvert.SerializeObject(value, Settings);

    /// <inheritdoc cref="WriteValue"/>
    public static T? ReadValue<T>(string? json)
        where T : class => json is null ? null : JsonConvert.DeserializeObject<T>(json, Settings);
}
