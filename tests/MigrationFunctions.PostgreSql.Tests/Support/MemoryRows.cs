using System.Collections;
using System.Data.Common;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>Rows of a <see cref="MemoryTable"/> by the reader that the product reads SQL Server with: typed getters,
/// forward only.</summary>
sealed class MemoryRows(MemoryColumn[] columns, IReadOnlyList<int> rows, Action<int>? onRead = null) : DbDataReader
{
    int _at = -1;
    int _row;

    public override int FieldCount => columns.Length;

    public override int Depth => 0;

    public override bool HasRows => rows.Count > 0;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => throw new NotSupportedException();

    public override bool Read()
    {
        if (++_at >= rows.Count)
            return false;
        onRead?.Invoke(_at);
        _row = rows[_at];
        return true;
    }

    public override bool IsDBNull(int ordinal) => columns[ordinal].IsNull(_row);

    public override T GetFieldValue<T>(int ordinal) => ((MemoryColumn<T>)columns[ordinal])[_row];

    public override object GetValue(int ordinal) => columns[ordinal].Value(_row);

    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    public override bool NextResult() => false;

    public override Type GetFieldType(int ordinal) => GetValue(ordinal).GetType();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    public override string GetName(int ordinal) => throw new NotSupportedException();

    public override int GetOrdinal(string name) => throw new NotSupportedException();

    public override int GetValues(object[] values) => throw new NotSupportedException();

    public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        throw new NotSupportedException();
}
