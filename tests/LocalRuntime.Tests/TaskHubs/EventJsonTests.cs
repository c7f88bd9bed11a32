using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Tracing;
using LocalRuntime.TaskHubs.Sqlite;

namespace LocalRuntime.Tests.TaskHubs;

/// <summary>
/// Every event of DurableTask.Core, those of a later version included, comes back as it was; but that of rewinding, which the hub
/// does not offer, and that of the whole state, which no provider stores.
/// </summary>
public sealed class EventJsonTests
{
    public static TheoryData<Type> Events => [.. HistoryEvent.KnownTypes().Where(type => type != typeof(HistoryStateEvent) && type != typeof(ExecutionRewoundEvent))];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_comes_back_with_every_member_of_its_data_contract(Type type)
    {
        var written = (HistoryEvent)Filled(type);
        var json = EventJson.Write(written);
        var read = EventJson.Read(EventJson.TypeOf(written), json);

        Assert.Equal(type, read.GetType());
        Assert.DoesNotContain("DurableTask", json, StringComparison.Ordinal);
        Assert.Equal(Describe(written), Describe(read));
    }

    [Fact]
    public void The_details_of_a_failure_come_back_with_all_that_is_in_them()
    {
        var details = new FailureDetails("Outer", "it's \"ü\" \n", "at", new FailureDetails("Inner", "m", null, null, true), false);
        var read = EventJson.ReadValue<FailureDetails>(EventJson.WriteValue(details))!;

        Assert.Equal((details.ErrorType, details.ErrorMessage, details.StackTrace), (read.ErrorType, read.ErrorMessage, read.StackTrace));
        Assert.Equal((true, "Inner"), (read.InnerFailure!.IsNonRetriable, read.InnerFailure.ErrorType));
    }

    static object Filled(Type type)
    {
        var filled = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in Members(type))
        {
            Set(filled, member, ValueOf(TypeOf(member), member.Name));
        }

        return filled;
    }

    static object ValueOf(Type type, string name) => Nullable.GetUnderlyingType(type) is { } inner ? ValueOf(inner, name)
        : type == typeof(string) ? "a text of " + name
        : type == typeof(int) ? 7
        : type == typeof(bool) ? true
        : type == typeof(DateTime) ? new DateTime(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc).AddTicks(1234567)
        : type == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(2)).AddTicks(7654321)
        : type.IsEnum ? Enum.GetValues(type).GetValue(1)!
        : type == typeof(IDictionary<string, string>) ? new Dictionary<string, string> { ["tag"] = "value" }
        : type == typeof(FailureDetails) ? new FailureDetails("Failure", "of it", "at", null, isNonRetriable: true)
        : type == typeof(DistributedTraceContext) || type == typeof(OrchestrationInstance) || type == typeof(ParentInstance)
            ? Filled(type)
        : throw new NotSupportedException($"No value for a {type} is known: {name}.");

    static IEnumerable<MemberInfo> Members(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
        .Where(member => member.IsDefined(typeof(DataMemberAttribute), inherit: true) && member.Name != nameof(HistoryEvent.EventType));

    static Type TypeOf(MemberInfo member) =>
        member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;

    static void Set(object target, MemberInfo member, object value)
    {
        if (member is FieldInfo field)
        {
            field.SetValue(target, value);
        }
        else if (((PropertyInfo)member).DeclaringType!.GetProperty(
            member.Name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)!.GetSetMethod(nonPublic: true) is { } setter)
        {
            setter.Invoke(target, [value]);
        }
    }

    static string Describe(object? value) => value switch
    {
        null => "null",
        string text => text,
        DateTime time => time.ToString("O"),
        DateTimeOffset time => time.ToString("O"),
        IDictionary tags => string.Join(',', tags.Keys.Cast<object>().Select(key => $"{key}={tags[key]}")),
        FailureDetails details => $"{details} {details.StackTrace} {details.IsNonRetriable}",
        _ when value.GetType().Namespace!.StartsWith("DurableTask", StringComparison.Ordinal) && !value.GetType().IsEnum =>
            string.Join('\n', Members(value.GetType()).OrderBy(member => member.Name, StringComparer.Ordinal).Select(member =>
                $"{member.Name}: {Describe(member is PropertyInfo property ? property.GetValue(value) : ((FieldInfo)member).GetValue(value))}")),
        _ => value.ToString()!,
    };
}
