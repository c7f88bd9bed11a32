using System.Data;
using System.Data.Common;
using System.Data.SqlTypes;
using System.Globalization;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>What a key is read as.</summary>
enum KeyKind
{
    /// <summary>One integer column.</summary>
    Integer,

    /// <summary>One uniqueidentifier column.</summary>
    Guid,

    /// <summary>Any other column, or several.</summary>
    Text,
}

/// <summary>Reads the key of a row, and its text (<see cref="KeyText"/>). For one thread.</summary>
sealed class KeyReader(IReadOnlyList<SourceColumn> columns, IReadOnlyList<int> ordinals)
{
    const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff";
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    char[] _buffer = new char[256];
    int _length;

    public KeyKind Kind { get; } = KindOf(columns);

    public static KeyKind KindOf(IReadOnlyList<SourceColumn> columns) =>
        columns.Count > 1 ? KeyKind.Text
        : columns[0].Type.IsInteger() ? KeyKind.Integer
        : columns[0].Type == SqlDbType.UniqueIdentifier ? KeyKind.Guid
        : KeyKind.Text;

    /// <summary>The first key column that is NULL, or null when the key is complete.</summary>
    public SourceColumn? FindNull(DbDataReader row)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.IsDBNull(ordinals[i]))
                return columns[i];
        }

        return null;
    }

    public long ReadInteger(DbDataReader row) => ReadInteger(row, ordinals[0], columns[0].Type);

    public Guid ReadGuid(DbDataReader row) => row.GetGuid(ordinals[0]);

    /// <summary>The key's text; valid until the next call.</summary>
    public ReadOnlySpan<char> ReadText(DbDataReader row)
    {
        _length = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0)
                Append([KeyText.Separator]);
            var start = _length;
            if (row.IsDBNull(ordinals[i]))
                Append(KeyText.Null);
            else
                AppendPart(row, ordinals[i], columns[i]);
            if (columns.Count > 1)
                EscapeFrom(start);
        }

        return _buffer.AsSpan(0, _length);
    }

    static long ReadInteger(DbDataReader row, int ordinal, SqlDbType type) => type switch
    {
        SqlDbType.TinyInt => row.GetByte(ordinal),
        SqlDbType.SmallInt => row.GetInt16(ordinal),
        SqlDbType.Int => row.GetInt32(ordinal),
        _ => row.GetInt64(ordinal),
    };

    void AppendPart(DbDataReader row, int ordinal, SourceColumn column)
    {
        switch (column.Type)
        {
            case var type when type.IsInteger():
                Append(ReadInteger(row, ordinal, type), default);
                break;
            case SqlDbType.Bit:
                Append(row.GetBoolean(ordinal) ? 1 : 0, default);
                break;
            case SqlDbType.UniqueIdentifier:
                Append(row.GetGuid(ordinal), "D");
                break;
            case SqlDbType.Decimal when column.Precision > SourceTypes.DecimalDigits:
                AppendNumber(row.GetFieldValue<SqlDecimal>(ordinal).ToString());
                break;
            case SqlDbType.Decimal or SqlDbType.Money or SqlDbType.SmallMoney:
                var start = _length;
                Append(row.GetDecimal(ordinal), default);
                TrimNumber(start);
                break;
            case SqlDbType.Date:
                Append(row.GetDateTime(ordinal), "yyyy-MM-dd");
                break;
            case SqlDbType.DateTimeOffset:
                Append(row.GetFieldValue<DateTimeOffset>(ordinal).UtcDateTime, DateTimeFormat);
                Append("Z");
                break;
            case SqlDbType.Time:
                Append(row.GetFieldValue<TimeSpan>(ordinal), @"hh\:mm\:ss\.fffffff");
                break;
            case var type when type.IsDateTime():
                Append(row.GetDateTime(ordinal), DateTimeFormat);
                break;
            case var type when type.IsBinary():
                Append(Convert.ToHexStringLower(row.GetFieldValue<byte[]>(ordinal)));
                break;
            default:
                Append(row.GetString(ordinal).AsSpan().TrimEnd(' '));
                break;
        }
    }

    void Append<T>(T value, ReadOnlySpan<char> format)
        where T : struct, ISpanFormattable
    {
        int written;
        while (!value.TryFormat(_buffer.AsSpan(_length), out written, format, Invariant))
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        _length += written;
    }

    void Append(ReadOnlySpan<char> text)
    {
        if (_buffer.Length - _length < text.Length)
            Array.Resize(ref _buffer, 2 * (_length + text.Length));
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    void AppendNumber(string number)
    {
        var start = _length;
        Append(number);
        TrimNumber(start);
    }

    /// <summary>Cuts zeros at the end of a fraction, as columns of different scales hold equal numbers, and the sign of
    /// zero.</summary>
    void TrimNumber(int start)
    {
        var number = _buffer.AsSpan(start, _length - start);
        if (number.Contains('.'))
            number = number.TrimEnd('0').TrimEnd('.');
        _length = start + number.Length;
        if (number is "-0")
        {
            _buffer[start] = '0';
            _length = start + 1;
        }
    }

    void EscapeFrom(int start)
    {
        var part = _buffer.AsSpan(start, _length - start);
        if (part.ContainsAny(KeyText.Separator, KeyText.EscapeCharacter))
        {
            var escaped = KeyText.Escape(part.ToString());
            _length = start;
            Append(escaped);
        }
    }
}
