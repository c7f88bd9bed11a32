using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Mapping;

/// <summary>Makes the ids of one tenant's rows of one entity, as <see cref="DeterministicId"/> defines them, without
/// allocating. For one thread.</summary>
public sealed class RowIdGenerator
{
    const int NumberBytes = 20;
    const int GuidBytes = 36;
    readonly IdScheme _scheme;
    readonly int _prefix;
    byte[] _name;

    public RowIdGenerator(Guid idNamespace, string tenantKey, string entity, IdScheme scheme)
    {
        _scheme = scheme;
        var prefix = Encoding.UTF8.GetBytes(DeterministicId.Prefix(tenantKey, entity));
        _prefix = DeterministicId.NamespaceBytes + prefix.Length;
        _name = new byte[_prefix + 128];
        idNamespace.TryWriteBytes(_name, bigEndian: true, out _);
        prefix.CopyTo(_name, DeterministicId.NamespaceBytes);
    }

    /// <summary>The id of the row with that integer key.</summary>
    public Guid ForKey(long key)
    {
        Utf8Formatter.TryFormat(key, _name.AsSpan(_prefix, NumberBytes), out var length);
        var name = _name.AsSpan(0, _prefix + length);
        return _scheme == IdScheme.V8 ? DeterministicId.HashV8(key, name) : DeterministicId.HashV5(name);
    }

    /// <summary>The id of the row with that uniqueidentifier as its key.</summary>
    public Guid ForKey(Guid key)
    {
        RequireV5();
        key.TryFormat(_name.AsSpan(_prefix, GuidBytes), out var length, "D");
        return DeterministicId.HashV5(_name.AsSpan(0, _prefix + length));
    }

    /// <summary>The id of the row with that key text (<see cref="KeyText"/>); false when the text holds a surrogate
    /// without partner, which has no UTF-8 form.</summary>
    public bool TryForKey(ReadOnlySpan<char> keyText, out Guid id)
    {
        RequireV5();
        if (_name.Length < _prefix + (3 * keyText.Length))
            Array.Resize(ref _name, _prefix + (3 * keyText.Length));
        var name = _name.AsSpan(_prefix);
        var status = Utf8.FromUtf16(keyText, name, out _, out var length, replaceInvalidSequences: false);
        id = status == OperationStatus.Done ? DeterministicId.HashV5(_name.AsSpan(0, _prefix + length)) : default;
        return status == OperationStatus.Done;
    }

    /// <summary>The id of the row whose key has that text, whatever the key's type; false when no row can have it.</summary>
    public bool TryForKeyText(string keyText, out Guid id)
    {
        if (_scheme == IdScheme.V5)
            return TryForKey(keyText, out id);
        var isNumber = long.TryParse(keyText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var key);
        id = isNumber ? ForKey(key) : default;
        return isNumber;
    }

    void RequireV5()
    {
        if (_scheme != IdScheme.V5)
            throw new InvalidOperationException("Only version 5 ids can be made from keys that are not integers.");
    }
}
