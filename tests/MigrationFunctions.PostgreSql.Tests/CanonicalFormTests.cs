using System.Data;
using CsCheck;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Reconciling;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>One encoder, one truth: what the encoders send is what COPY gives back of the target, bit for bit, for
/// every pair of types that can be mapped. Ledger, verification, delta and repair rest on it.</summary>
public sealed class CanonicalFormTests(TargetServer server) : TargetTest(server)
{
    [Theory]
    [InlineData(WritePath.Direct)]
    [InlineData(WritePath.Staged)]
    public async Task Every_type_comes_back_as_it_was_sent(WritePath path)
    {
        await Target.ExecuteAsync("CREATE EXTENSION citext SCHEMA public; CREATE DOMAIN public.score AS numeric(6, 2)");
        var pairs = TypePairs.All;
        var source = pairs.Select((p, i) => p.Source with { Name = $"c{i}" }).ToArray();
        var items = new Items(
            source, mapped: [.. pairs.Select((p, i) => p.Policies with { Source = $"c{i}", Target = $"c{i}" })]);
        await items.CreateAsync(Target, string.Join(", ", pairs.Select((p, i) => $"c{i} {p.Target}")));
        var migration = items.In(Target, path);
        var tenant = 0;

        // One value in a row: what rejects it must not hide the others.
        var row = Gen.OneOf([.. pairs.Select((p, i) => p.Values.Select(value => (Column: i, Value: value)))]);
        await row.Array[200, 600].SampleAsync(
            async rows =>
            {
                tenant++;
                for (var i = 0; i < rows.Length; i++)
                    items.AddOf(tenant, (long)i, ($"c{rows[i].Column}", rows[i].Value));
                var key = tenant.ToString(System.Globalization.CultureInfo.InvariantCulture);
                var work = Assert.Single(await migration.PlanAsync("item", key));

                var result = await migration.CopyAsync(work);

                Assert.Equal(rows.Length, result.RowsWritten + result.RowsRejected);
                var query = $"SELECT {Identifier.List(work.Layout.CopyColumns)} FROM school.item "
                    + $"WHERE tenant_id = '{work.Tenant.Id}' ORDER BY legacy_id";
                AssertSame(Sent(items, work), await Target.CopyOutAsync(query), pairs);
                Assert.Equal(result.Digest, await Target.DigestAsync(query));
            },
            iter: 10, threads: 1);
    }

    [Fact]
    public void No_supported_pair_of_types_is_left_out()
    {
        string[] targets =
        [
            "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "uuid", "bytea", "text", "varchar", "bpchar",
            "citext", "xml", "json", "jsonb", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "money",
            "char", "name",
        ];
        var supported =
            from type in Enum.GetValues<SqlDbType>()
            from target in targets
            from zone in new[] { null, "UTC" }
            let policies = new ColumnManifest { Source = "a", Target = "b", TimeZone = zone }
            where ColumnEncoders.Create(
                Legacy.Of("a", type), 0, new TargetColumn("b", target, 0, 0, -1, false, false, false), policies,
                new AdjustmentSlots()).Encoder is not null
            select $"{type} {target}";

        Assert.Equal(
            [], supported.Distinct().Except(TypePairs.All.Select(p => $"{p.Source.Type} {BaseType(p.Target)}")));
    }

    static string BaseType(string target) => target.Split('(')[0] switch
    {
        "boolean" => "bool",
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "char" => "bpchar",
        "public.score" => "numeric",
        "public.citext" => "citext",
        var name => name,
    };

    /// <summary>The rows that the encoders take, one after the other, in the order of the keys.</summary>
    static byte[] Sent(Items items, BatchWork work)
    {
        using var buffer = new TupleBuffer();
        var encoder = new RowEncoder(work.Layout, work.Tenant, work.Run.Manifest.IdNamespace);
        var rows = items.Rows.Read(work.Layout.SelectColumns, items.Rows.RowsOf(work.Tenant.Key));
        while (rows.Read())
            encoder.Encode(rows, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    static void AssertSame(byte[] sent, byte[] stored, IReadOnlyList<TypePair> pairs)
    {
        if (sent.AsSpan().SequenceEqual(stored))
            return;
        foreach (var (left, right) in TupleReader.Split(sent).Zip(TupleReader.Split(stored)))
            for (var (i, at, other) = (0, 2, 2); i < pairs.Count + 3; i++)
            {
                var (field, storedField) = (Field(left.Span, ref at), Field(right.Span, ref other));
                Assert.True(
                    field == storedField,
                    $"{(i < 3 ? "key" : $"{pairs[i - 3].Source.Type} to {pairs[i - 3].Target}")}: "
                    + $"sent {field}, stored {storedField}.");
            }
        Assert.Fail($"{sent.Length} bytes were sent, {stored.Length} are stored.");
    }

    static string Field(ReadOnlySpan<byte> tuple, ref int at)
    {
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(tuple[at..]);
        var field = length < 0 ? "NULL" : Convert.ToHexStringLower(tuple.Slice(at + 4, length));
        at += 4 + Math.Max(0, length);
        return field;
    }
}
