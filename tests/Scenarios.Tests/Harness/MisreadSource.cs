using System.Reflection;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace Scenarios.Tests.Harness;

/// <summary>A source that reads one tenant's rows when it is asked for another's, in every statement about a slice: a fault of which
/// no check knows the cause. What is asked of whole tables it answers truly.</summary>
public class MisreadSource : DispatchProxy
{
    ISourceDatabase _inner = null!;
    (string Asked, string Read) _tenants;

    public static ISourceDatabase Over(ISourceDatabase inner, string asked, string read)
    {
        var proxy = Create<ISourceDatabase, MisreadSource>();
        ((MisreadSource)(object)proxy)._inner = inner;
        ((MisreadSource)(object)proxy)._tenants = (asked, read);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        for (var i = 0; i < args!.Length; i++)
            if (args[i] is SourceSlice slice && slice.TenantKey == _tenants.Asked)
                args[i] = slice with { TenantKey = _tenants.Read };
        var answer = targetMethod!.Invoke(_inner, args);
        return answer is ISourceDatabase source ? Over(source, _tenants.Asked, _tenants.Read) : answer;
    }
}
