using System.Data;
using System.Data.Common;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Text to text. Lengths count code points, as PostgreSQL does. <c>bpchar(n)</c> is padded with spaces, and
/// spaces beyond n are cut, as PostgreSQL stores it; other text is stored as it is.</summary>
sealed class TextEncoder : ColumnEncoder
{
    const string Declaration = "<?xml";
    const char Replacement = '\uFFFD';
    readonly TrimPolicy _trim;
    readonly BadCharacterPolicy _nulPolicy;
    readonly BadCharacterPolicy _surrogatePolicy;
    readonly int _limit;
    readonly bool _isPadded;
    readonly bool _isXml;
    readonly bool _hidesSurrogates;
    readonly bool _padsSource;
    readonly int _trimmedSlot;
    readonly int _nulSlot;
    readonly int _surrogateSlot;
    readonly RejectReason _tooLong;
    readonly RejectReason _nul;
    readonly RejectReason _loneSurrogate;
    readonly RejectReason _replaced;
    readonly RejectReason _declaration;

    public TextEncoder(
        SourceColumn source, int ordinal, TargetColumn target, ColumnManifest policies, AdjustmentSlots slots)
        : base(source, ordinal, target)
    {
        (_trim, _nulPolicy, _surrogatePolicy) = (policies.Trim, policies.Nul, policies.LoneSurrogate);
        _limit = target.Length;
        _isPadded = target.Type == "bpchar" && _limit > 0;
        _isXml = target.Type == "xml";
        // SqlClient decodes nchar(n) and nvarchar(n) with U+FFFD for half a pair; only nvarchar(max) arrives as it is.
        _hidesSurrogates = source.Type is SqlDbType.NChar or SqlDbType.NVarChar && source.Length > 0;
        _padsSource = source.Type is SqlDbType.Char or SqlDbType.NChar;
        _trimmedSlot = slots.Add(target.Name, AdjustmentRules.Trimmed);
        _nulSlot = slots.Add(
            target.Name, _nulPolicy == BadCharacterPolicy.Replace
                ? AdjustmentRules.NulReplaced : AdjustmentRules.NulRemoved);
        _surrogateSlot = slots.Add(
            target.Name, _surrogatePolicy == BadCharacterPolicy.Replace
                ? AdjustmentRules.LoneSurrogateReplaced : AdjustmentRules.LoneSurrogateRemoved);
        _tooLong = Reason(RejectRules.TooLong, _limit > 0
            ? $"More characters than {target.Type}({_limit}) holds."
            : "More text than a PostgreSQL value holds (1 GB).");
        _nul = Reason(RejectRules.NulCharacter, "A NUL character (U+0000), which PostgreSQL's text cannot hold.");
        _loneSurrogate = Reason(RejectRules.LoneSurrogate, "A surrogate without its partner, which UTF-8 cannot hold.");
        _replaced = Reason(
            RejectRules.LoneSurrogate,
            "U+FFFD, which is how a surrogate without its partner arrives from a column of this type.");
        _declaration = Reason(
            RejectRules.XmlDeclaration, "An XML declaration, whose encoding would no longer be that of the text.");
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        ReadOnlySpan<char> text = row.GetString(Ordinal);
        var hasNul = text.Contains('\0');
        if (hasNul && _nulPolicy == BadCharacterPolicy.Reject)
            return _nul;
        if (_hidesSurrogates && text.Contains(Replacement))
        {
            if (_surrogatePolicy == BadCharacterPolicy.Reject)
                return _replaced;
            output.Adjust(_surrogateSlot);
            if (_surrogatePolicy == BadCharacterPolicy.Remove)
                text = text.ToString().Replace(Replacement.ToString(), "", StringComparison.Ordinal);
        }

        if (hasNul)
        {
            output.Adjust(_nulSlot);
            if (_surrogatePolicy != BadCharacterPolicy.Reject && TextCleaner.HasLoneSurrogate(text))
                output.Adjust(_surrogateSlot);
            text = TextCleaner.Clean(text, _nulPolicy, _surrogatePolicy);
        }

        var reason = Write(text, output);
        if (ReferenceEquals(reason, _loneSurrogate) && _surrogatePolicy != BadCharacterPolicy.Reject)
        {
            output.Adjust(_surrogateSlot);
            reason = Write(TextCleaner.Clean(text, _nulPolicy, _surrogatePolicy), output);
        }

        return reason;
    }

    RejectReason? Write(ReadOnlySpan<char> text, TupleBuffer output)
    {
        var isTrimmed = false;
        if (_trim != TrimPolicy.None)
        {
            var length = _padsSource ? text.TrimEnd(' ').Length : text.Length;
            text = _trim == TrimPolicy.End ? text.TrimEnd(' ') : text.Trim(' ');
            isTrimmed = text.Length != length;
        }

        if (_isXml && text.StartsWith(Declaration))
            return _declaration;
        if (text.Length > TupleBuffer.MaxFieldBytes / 3)
            return _tooLong;
        var padding = 0;
        if (_isPadded)
        {
            text = text.TrimEnd(' ');
            padding = Math.Max(0, _limit - TextCleaner.CountCodePoints(text));
        }

        if (_limit > 0 && text.Length > _limit && TextCleaner.CountCodePoints(text) > _limit)
            return _tooLong;
        if (!output.TryWriteText(text, padding))
            return _loneSurrogate;
        if (isTrimmed)
            output.Adjust(_trimmedSlot);
        return null;
    }
}
