using System.Collections;
using System.Data.Common;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>A reader on one row whose typed getters neither box nor allocate, as SqlDataReader's do not.</summary>
sealed class TypedRow(params TypedRow.Cell[] cells) : DbDataReader
{
    public override int FieldCount => cells.Length;

    public override int Depth => 0;

    public override bool HasRows => true;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => throw new NotSupportedException();

    public static Cell<T> Of<T>(T value) => new() { Value = value };

    public static Cell Null() => new Cell<DBNull> { Value = DBNull.Value, IsNull = true };

    public override bool IsDBNull(int ordinal) => cells[ordinal].IsNull;

    public override T GetFieldValue<T>(int ordinal) => ((Cell<T>)cells[ordinal]).Value;

    public override object GetValue(int ordinal) => cells[ordinal].Boxed;

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

    public override Type GetFieldType(int ordinal) => cells[ordinal].Boxed.GetType();

    public override bool Read() => false;

    public override bool NextResult() => false;

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

    public abstract class Cell
    {
        public bool IsNull { get; set; }

        public abstract object Boxed { get; }
    }

    public sealed class Cell<T> : Cell
    {
        public required T Value { get; set; }

        public override object Boxed => Value!;
    }
}
