using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace MigrationFunctions.Core.Mapping;

/// <summary>UUIDs that follow from (namespace, tenant, entity, legacy key) alone (RFC 9562). The name that is hashed is
/// <c>tenant/entity/key</c> in UTF-8, where <c>%</c> and <c>/</c> in tenant and entity are written <c>%25</c> and
/// <c>%2F</c>: no two keys share a name, and PostgreSQL's <c>uuid_generate_v5(namespace, name)</c> gives the same
/// version 5.</summary>
public static class DeterministicId
{
    internal const int NamespaceBytes = 16;

    /// <summary>The tenant's own id: version 5 of the tenant's key alone, escaped as above.</summary>
    public static Guid Tenant(Guid idNamespace, string tenantKey) =>
        V5(idNamespace, Encoding.UTF8.GetBytes(Escape(tenantKey)));

    /// <summary>Version 5 of a row (RFC 9562 section 5.5).</summary>
    public static Guid V5(Guid idNamespace, string tenantKey, string entity, string keyText) =>
        V5(idNamespace, Encoding.UTF8.GetBytes(Prefix(tenantKey, entity) + keyText));

    /// <summary>Version 5 of any name: the first 128 bits of SHA-1(namespace, name), with version and variant
    /// set.</summary>
    public static Guid V5(Guid idNamespace, ReadOnlySpan<byte> name)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(NamespaceBytes + name.Length);
        idNamespace.TryWriteBytes(bytes, bigEndian: true, out _);
        name.CopyTo(bytes.AsSpan(NamespaceBytes));
        var id = HashV5(bytes.AsSpan(0, NamespaceBytes + name.Length));
        ArrayPool<byte>.Shared.Return(bytes);
        return id;
    }

    /// <summary>Version 8 of a row with an integer key (RFC 9562 section 5.8): UUIDs of one entity sort as their keys
    /// do.
    /// <code>
    /// k = the 64 bits of the key, its sign bit flipped;  h = XXH3-64(namespace, name) without its lowest 6 bits
    /// bits   0- 47  k, bits 63-16        bits 64- 65  variant, binary 10
    /// bits  48- 51  version, 8           bits 66- 69  k, bits 3-0
    /// bits  52- 63  k, bits 15-4         bits 70-127  h, 58 bits
    /// </code></summary>
    public static Guid V8(Guid idNamespace, string tenantKey, string entity, long key) =>
        new RowIdGenerator(idNamespace, tenantKey, entity, Manifests.IdScheme.V8).ForKey(key);

    internal static string Prefix(string tenantKey, string entity) => $"{Escape(tenantKey)}/{Escape(entity)}/";

    /// <summary>Version 5 from namespace bytes followed by the name.</summary>
    internal static Guid HashV5(ReadOnlySpan<byte> namespaceAndName)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        // RFC 9562 prescribes SHA-1 for version 5; nothing here relies on it being hard to forge.
#pragma warning disable CA5350
        SHA1.HashData(namespaceAndName, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash[..16], bigEndian: true);
    }

    /// <summary>Version 8 from the key and namespace bytes followed by the name.</summary>
    internal static Guid HashV8(long key, ReadOnlySpan<byte> namespaceAndName)
    {
        var ordered = (ulong)key ^ (1UL << 63);
        var hash = XxHash3.HashToUInt64(namespaceAndName) >> 6;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ordered & ~0xFFFFUL) | 0x8000 | ((ordered >> 4) & 0x0FFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (0b10UL << 62) | ((ordered & 0xF) << 58) | hash);
        return new(bytes, bigEndian: true);
    }

    static string Escape(string part) =>
        part.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
