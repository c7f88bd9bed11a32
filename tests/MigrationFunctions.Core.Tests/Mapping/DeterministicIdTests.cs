using System.Text;
using CsCheck;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;

namespace MigrationFunctions.Core.Tests.Mapping;

public sealed class DeterministicIdTests
{
    static readonly Guid Namespace = new("8c9f1d52-6f0e-5c3e-9a52-3d1f6e0b7a41");

    [Fact]
    public void Version_5_gives_the_example_of_the_standard()
    {
        // RFC 9562, appendix A.4: the DNS namespace and www.example.com.
        var dns = new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        Assert.Equal(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"), DeterministicId.V5(dns, "www.example.com"u8));
    }

    [Fact]
    public void A_row_is_named_tenant_entity_key()
    {
        var expected = DeterministicId.V5(Namespace, "17/student/4711"u8);
        Assert.Equal(expected, DeterministicId.V5(Namespace, "17", "student", "4711"));
        var ids = new RowIdGenerator(Namespace, "17", "student", IdScheme.V5);
        Assert.Equal(expected, ids.ForKey(4711));
        Assert.True(ids.TryForKey("4711", out var byText));
        Assert.Equal(expected, byText);
        Assert.Equal(DeterministicId.V5(Namespace, "17"u8), DeterministicId.Tenant(Namespace, "17"));
    }

    [Fact]
    public void Names_are_escaped_so_that_no_two_keys_share_one()
    {
        Assert.Equal(
            DeterministicId.V5(Namespace, "a%2Fb%25/s/c/d"u8), DeterministicId.V5(Namespace, "a/b%", "s", "c/d"));
        Assert.NotEqual(
            DeterministicId.V5(Namespace, "a/b", "s", "c"), DeterministicId.V5(Namespace, "a", "b/s", "c"));
    }

    [Fact]
    public void A_uniqueidentifier_is_named_in_lower_case()
    {
        var key = new Guid("AABBCCDD-0011-2233-4455-66778899AABB");
        var ids = new RowIdGenerator(Namespace, "1", "grade_scale", IdScheme.V5);
        Assert.Equal(
            DeterministicId.V5(Namespace, "1", "grade_scale", "aabbccdd-0011-2233-4455-66778899aabb"), ids.ForKey(key));
    }

    [Fact]
    public void Long_and_foreign_keys_have_ids_too()
    {
        var key = string.Concat(Enumerable.Repeat("学校", 400));
        var ids = new RowIdGenerator(Namespace, "1", "school", IdScheme.V5);
        Assert.True(ids.TryForKey(key, out var id));
        Assert.Equal(DeterministicId.V5(Namespace, "1", "school", key), id);
        Assert.False(ids.TryForKey("a\uD800", out _));
    }

    [Fact]
    public void Version_8_lays_out_its_bits_as_documented() => Gen.Long.Sample(key =>
    {
        var bits = Bits(DeterministicId.V8(Namespace, "17", "student", key));
        var hash = System.IO.Hashing.XxHash3.HashToUInt64(
            [.. Namespace.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes($"17/student/{key}")]);
        var ordered = Convert.ToString(key ^ long.MinValue, 2).PadLeft(64, '0');
        Assert.Equal(ordered[..48], bits[..48]);
        Assert.Equal("1000", bits[48..52]);
        Assert.Equal(ordered[48..60], bits[52..64]);
        Assert.Equal("10", bits[64..66]);
        Assert.Equal(ordered[60..], bits[66..70]);
        Assert.Equal(Convert.ToString((long)hash, 2).PadLeft(64, '0')[..58], bits[70..]);
    });

    [Fact]
    public void Version_8_sorts_as_its_keys_do() => Gen.Select(Gen.Long, Gen.Long).Sample((left, right) =>
    {
        var ids = new RowIdGenerator(Namespace, "17", "student", IdScheme.V8);
        var order = string.CompareOrdinal(Bits(ids.ForKey(left)), Bits(ids.ForKey(right)));
        Assert.Equal(Math.Sign(left.CompareTo(right)), Math.Sign(order));
    });

    [Fact]
    public void Versions_and_variants_are_those_of_the_standard() => Gen.Long.Sample(key =>
    {
        var v5 = new RowIdGenerator(Namespace, "1", "e", IdScheme.V5).ForKey(key);
        var v8 = DeterministicId.V8(Namespace, "1", "e", key);
        Assert.Equal((5, 8), (v5.Version, v8.Version));
        Assert.InRange(v5.Variant, 8, 11);
        Assert.InRange(v8.Variant, 8, 11);
    });

    [Fact]
    public void Tenants_entities_and_namespaces_have_ids_of_their_own()
    {
        Guid[] ids =
        [
            DeterministicId.V8(Namespace, "1", "a", 1), DeterministicId.V8(Namespace, "2", "a", 1),
            DeterministicId.V8(Namespace, "1", "b", 1), DeterministicId.V8(Guid.Empty, "1", "a", 1),
            DeterministicId.V5(Namespace, "1", "a", "1"), DeterministicId.V5(Namespace, "2", "a", "1"),
            DeterministicId.V5(Namespace, "1", "b", "1"), DeterministicId.V5(Guid.Empty, "1", "a", "1"),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(IdScheme.V5)]
    [InlineData(IdScheme.V8)]
    public void A_million_keys_have_a_million_ids_without_allocating(IdScheme scheme)
    {
        const int Half = 500_000;
        var seen = new HashSet<Guid>(2 * Half);
        var one = new RowIdGenerator(Namespace, "1", "a", scheme);
        var two = new RowIdGenerator(Namespace, "2", "a", scheme);
        one.ForKey(1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var key = 1; key <= Half; key++)
        {
            Assert.True(seen.Add(one.ForKey(key)));
            Assert.True(seen.Add(two.ForKey(key)));
        }

        // The runtime itself may allocate now and then; a byte for each key would be a million.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Version_8_is_refused_for_keys_that_are_not_integers()
    {
        var ids = new RowIdGenerator(Namespace, "1", "a", IdScheme.V8);
        Assert.Throws<InvalidOperationException>(() => ids.ForKey(Guid.Empty));
        Assert.Throws<InvalidOperationException>(() => ids.TryForKey("1", out _));
    }

    static string Bits(Guid id) =>
        string.Concat(id.ToByteArray(bigEndian: true).Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
}
