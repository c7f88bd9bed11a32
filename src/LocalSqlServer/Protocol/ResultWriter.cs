using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

/// <summary>A column of a result as COLMETADATA describes it.</summary>
readonly record struct ResultColumn(string Name, SqlType Type, bool Nullable = true, bool Identity = false);

/// <summary>Writes one result: COLMETADATA, then a row token per row, ROW without nulls and NBCROW with them.</summary>
sealed class ResultWriter
{
    const int NullableFlag = 0x01;
    const int UpdatabilityUnknown = 0x08;
    const int IdentityFlag = 0x10;
    const int TimestampUserType = 80;

    readonly TdsWriter _writer;
    readonly ColumnEncoder[] _encoders;
    readonly int _bitmapLength;

    public ResultWriter(TdsWriter writer, IReadOnlyList<ResultColumn> columns)
    {
        _writer = writer;
        _encoders = [.. columns.Select(c => ColumnEncoder.For(c.Type, c.Nullable))];
        _bitmapLength = (columns.Count + 7) / 8;
        writer.Byte((byte)TokenType.ColumnMetadata);
        writer.UInt16(columns.Count);
        foreach (var column in columns)
            WriteColumn(column);
    }

    public long Rows { get; private set; }

    public void WriteRow(ReadOnlySpan<SqlValue> row)
    {
        Rows++;
        var hasNull = false;
        for (var i = 0; i < _encoders.Length; i++)
            hasNull |= row[i].IsNull;
        if (hasNull)
        {
            WriteWithBitmap(row);
            return;
        }
        _writer.Byte((byte)TokenType.Row);
        for (var i = 0; i < _encoders.Length; i++)
            _encoders[i].Write(_writer, in row[i]);
    }

    void WriteWithBitmap(ReadOnlySpan<SqlValue> row)
    {
        _writer.Byte((byte)TokenType.RowWithNullBitmap);
        var bitmap = _writer.Reserve(_bitmapLength);
        bitmap.Clear();
        for (var i = 0; i < _encoders.Length; i++)
        {
            if (row[i].IsNull)
                bitmap[i / 8] |= (byte)(1 << (i % 8));
        }
        for (var i = 0; i < _encoders.Length; i++)
        {
            if (!row[i].IsNull)
                _encoders[i].Write(_writer, in row[i]);
        }
    }

    void WriteColumn(ResultColumn column)
    {
        _writer.Int32(column.Type.Kind == SqlKind.RowVersion ? TimestampUserType : 0);
        _writer.UInt16(UpdatabilityUnknown | (column.Nullable ? NullableFlag : 0) | (column.Identity ? IdentityFlag : 0));
        TypeInfo.Write(_writer, column.Type, column.Nullable);
        if (TypeInfo.IsLong(column.Type))
            _writer.Byte(0);
        _writer.ShortString(column.Name.Length > 128 ? column.Name[..128] : column.Name);
    }
}
