using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;

namespace Scenarios.Tests.Harness;

/// <summary>Dapper compiles each query anew for every connection string, which is worth it for the few that a service has. Every
/// scenario has a database of its own, of one schema: what was compiled for one serves them all.</summary>
static class SharedQueries
{
    [ModuleInitializer]
    internal static void Share() => SqlMapper.ConnectionStringComparer = new WithoutDatabase();

    sealed class WithoutDatabase : IEqualityComparer<string>
    {
        public bool Equals(string? one, string? other) => one == other || (one is not null && other is not null && Rest(one) == Rest(other));

        public int GetHashCode(string text) => StringComparer.Ordinal.GetHashCode(Rest(text));

        // Asked of every query.
        static readonly ConcurrentDictionary<string, string> Rests = new(StringComparer.Ordinal);

        static string Rest(string text) => Rests.GetOrAdd(text, static text =>
        {
            var rest = new DbConnectionStringBuilder { ConnectionString = text };
            rest.Remove("Database");
            return rest.ConnectionString;
        });
    }
}
