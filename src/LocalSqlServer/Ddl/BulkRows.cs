using System.Collections;
using System.Data.Common;
using System.Data.SqlTypes;
using System.Globalization;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Ddl;

/// <summary>
/// The rows of a table as a reader for a bulk copy: one row in memory at a time, values of the types that a driver writes
/// without loss (decimals as <see cref="SqlDecimal"/>, datetime and smalldatetime as <see cref="SqlDateTime"/>). Without
/// the rowversion columns: a server numbers its rows itself.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1010:Generic interface should also be implemented", Justification = "No data reader does.")]
public sealed class BulkRows : DbDataReader
{
    readonly LegacyTable _table;
    readonly IRowSource _rows;
    readonly LegacyColumn[] _columns;
    readonly int[] _positions;
    readonly SqlValue[] _row;
    long _at = -1;

    public BulkRows(LegacyTable table)
    {
        (_table, _rows) = (table, table.Current);
        _positions = [.. Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i].Type.Kind != SqlKind.RowVersion)];
        _columns = [.. _positions.Select(i => table.Columns[i])];
        _row = new SqlValue[table.Columns.Count];
    }

    public override int FieldCount => _columns.Length;

    public override bool HasRows => _rows.Count > 0;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override int Depth => 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <summary>Called with every text that is no well-formed UTF-16: drivers replace such characters, so it has to reach the
    /// server another way.</summary>
    public Action<MalformedText>? OnMalformedText { get; init; }

    public override bool Read()
    {
        if (_at + 1 >= _rows.Count)
            return false;
        _rows.Read(++_at, ulong.MaxValue, _row);
        return true;
    }

    /// <exception cref="InvalidDataException">A real server has no such value; table, column and row are named.</exception>
    public override object GetValue(int ordinal)
    {
        var (value, type) = (_row[_positions[ordinal]], _columns[ordinal].Type);
        if (value.IsNull)
            return DBNull.Value;
        switch (type.Kind)
        {
            case SqlKind.Decimal:
                return ToDecimal(value, type);
            case SqlKind.DateTime or SqlKind.SmallDateTime:
                return ToDateTime(value, ordinal);
            case SqlKind.Date or SqlKind.DateTime2:
                return value.DateTime;
            default:
                if (type.IsUnicode && OnMalformedText is { } tell && !MalformedText.IsWellFormed(value.Text))
                    tell(new MalformedText(_columns[ordinal], value.Text, _row));
                return ClrValues.ToClr(value, type)!;
        }
    }

    public override bool IsDBNull(int ordinal) => _row[_positions[ordinal]].IsNull;

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    public override string GetName(int ordinal) => _columns[ordinal].Name;

    public override int GetOrdinal(string name) =>
        Array.FindIndex(_columns, c => _table.Database.Names.Equals(c.Name, name));

    public override Type GetFieldType(int ordinal) => typeof(object);

    public override string GetDataTypeName(int ordinal) => _columns[ordinal].Type.Name;

    public override bool NextResult() => false;

    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    public override bool GetBoolean(int ordinal) => (bool)GetValue(ordinal);

    public override byte GetByte(int ordinal) => (byte)GetValue(ordinal);

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        throw new NotSupportedException();

    public override DateTime GetDateTime(int ordinal) =>
        GetValue(ordinal) is SqlDateTime time ? time.Value : (DateTime)GetValue(ordinal);

    public override decimal GetDecimal(int ordinal) =>
        GetValue(ordinal) is SqlDecimal number ? number.Value : (decimal)GetValue(ordinal);

    public override double GetDouble(int ordinal) => (double)GetValue(ordinal);

    public override float GetFloat(int ordinal) => (float)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => (Guid)GetValue(ordinal);

    public override short GetInt16(int ordinal) => (short)GetValue(ordinal);

    public override int GetInt32(int ordinal) => (int)GetValue(ordinal);

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    static SqlDecimal ToDecimal(SqlValue value, SqlType type)
    {
        var unscaled = value.Unscaled;
        var magnitude = UInt128.CreateChecked(Int128.Abs(unscaled));
        var (low, high) = ((ulong)magnitude, (ulong)(magnitude >> 64));
        return new SqlDecimal(
            type.Precision, type.Scale, unscaled >= 0, (int)low, (int)(low >> 32), (int)high, (int)(high >> 32));
    }

    SqlDateTime ToDateTime(SqlValue value, int ordinal)
    {
        var (days, parts) = DateTimeMath.ToDateTimeParts(value.Number);
        var type = _columns[ordinal].Type;
        var exists = type.Kind == SqlKind.SmallDateTime
            ? days is >= 0 and <= ushort.MaxValue
            : value.Number >= DateTimeMath.FirstDateTime;
        return exists
            ? new SqlDateTime(days, parts)
            : throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_table.Schema}.{_table.Name}.{GetName(ordinal)}, row {_at}: no {type} holds {value.DateTime:O}."));
    }
}
