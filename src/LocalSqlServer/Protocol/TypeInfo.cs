using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

/// <summary>Writes and reads TYPE_INFO, MS-TDS 2.2.5.6.</summary>
static class TypeInfo
{
    const ushort MaxMarker = 0xFFFF;

    /// <summary>A column that is not nullable has the fixed form of its type, if there is one: SqlClient relies on it.</summary>
    public static void Write(TdsWriter writer, SqlType type, bool nullable)
    {
        if (!nullable && FixedToken(type.Kind) is { } token)
        {
            writer.Byte(token);
            return;
        }
        switch (type.Kind)
        {
            case SqlKind.TinyInt or SqlKind.SmallInt or SqlKind.Int or SqlKind.BigInt:
                Sized(writer, TypeToken.IntN, type.Length);
                break;
            case SqlKind.Bit:
                Sized(writer, TypeToken.BitN, 1);
                break;
            case SqlKind.Float or SqlKind.Real:
                Sized(writer, TypeToken.FloatN, type.Length);
                break;
            case SqlKind.Money or SqlKind.SmallMoney:
                Sized(writer, TypeToken.MoneyN, type.Length);
                break;
            case SqlKind.DateTime or SqlKind.SmallDateTime:
                Sized(writer, TypeToken.DateTimeN, type.Length);
                break;
            case SqlKind.UniqueIdentifier:
                Sized(writer, TypeToken.Guid, 16);
                break;
            case SqlKind.Decimal:
                Sized(writer, TypeToken.NumericN, 17);
                writer.Byte(type.Precision);
                writer.Byte(type.Scale);
                break;
            case SqlKind.Date:
                writer.Byte(TypeToken.DateN);
                break;
            case SqlKind.Time:
                Sized(writer, TypeToken.TimeN, type.Scale);
                break;
            case SqlKind.DateTime2:
                Sized(writer, TypeToken.DateTime2N, type.Scale);
                break;
            case SqlKind.DateTimeOffset:
                Sized(writer, TypeToken.DateTimeOffsetN, type.Scale);
                break;
            case SqlKind.Xml:
                Sized(writer, TypeToken.Xml, 0);
                break;
            default:
                WriteVariable(writer, type);
                break;
        }
    }

    public static bool IsLong(SqlType type) => type.Kind is SqlKind.Text or SqlKind.NText or SqlKind.Image;

    static byte? FixedToken(SqlKind kind) => kind switch
    {
        SqlKind.TinyInt => TypeToken.Int1,
        SqlKind.SmallInt => TypeToken.Int2,
        SqlKind.Int => TypeToken.Int4,
        SqlKind.BigInt => TypeToken.Int8,
        SqlKind.Bit => TypeToken.Bit,
        SqlKind.Real => TypeToken.Real,
        SqlKind.Float => TypeToken.Float,
        SqlKind.Money => TypeToken.Money,
        SqlKind.SmallMoney => TypeToken.SmallMoney,
        SqlKind.DateTime => TypeToken.DateTime,
        SqlKind.SmallDateTime => TypeToken.SmallDateTime,
        _ => null,
    };

    static void WriteVariable(TdsWriter writer, SqlType type)
    {
        var (token, bytes) = type.Kind switch
        {
            SqlKind.Char => (TypeToken.BigChar, type.Length),
            SqlKind.VarChar => (TypeToken.BigVarChar, type.Length),
            SqlKind.NChar => (TypeToken.NChar, type.Length * 2),
            SqlKind.NVarChar => (TypeToken.NVarChar, type.Length * 2),
            SqlKind.Binary or SqlKind.RowVersion => (TypeToken.BigBinary, type.Length),
            SqlKind.VarBinary => (TypeToken.BigVarBinary, type.Length),
            SqlKind.Text => (TypeToken.Text, int.MaxValue),
            SqlKind.NText => (TypeToken.NText, int.MaxValue - 1),
            SqlKind.Image => (TypeToken.Image, int.MaxValue),
            _ => throw new InvalidOperationException($"{type} has no type token."),
        };
        writer.Byte(token);
        if (IsLong(type))
            writer.Int32(bytes);
        else
            writer.UInt16(type.IsMax ? MaxMarker : bytes);
        if (!type.IsText)
            return;
        var collation = type.Collation ?? Collation.Default;
        writer.UInt32(collation.Flags);
        writer.Byte(collation.SortId);
    }

    static void Sized(TdsWriter writer, byte token, int size)
    {
        writer.Byte(token);
        writer.Byte((byte)size);
    }

    /// <summary>Reads the type of a parameter.</summary>
    /// <exception cref="SqlServerException">The type is one that the stand-in does not take as a parameter.</exception>
    public static SqlType Read(ref TdsParser parser)
    {
        var token = parser.Byte();
        switch (token)
        {
            case TypeToken.Null: return SqlType.NVarChar(1);
            case TypeToken.Int1: return SqlType.TinyInt;
            case TypeToken.Bit: return SqlType.Bit;
            case TypeToken.Int2: return SqlType.SmallInt;
            case TypeToken.Int4: return SqlType.Int;
            case TypeToken.Int8: return SqlType.BigInt;
            case TypeToken.Real: return SqlType.Real;
            case TypeToken.Float: return SqlType.Float;
            case TypeToken.DateN: return SqlType.Date;
            case TypeToken.BitN: parser.Byte(); return SqlType.Bit;
            case TypeToken.Guid: parser.Byte(); return SqlType.UniqueIdentifier;
            case TypeToken.FloatN: return parser.Byte() == 4 ? SqlType.Real : SqlType.Float;
            case TypeToken.MoneyN: return parser.Byte() == 4 ? SqlType.SmallMoney : SqlType.Money;
            case TypeToken.DateTimeN: return parser.Byte() == 4 ? SqlType.SmallDateTime : SqlType.DateTime;
            case TypeToken.TimeN: return SqlType.Time(parser.Byte());
            case TypeToken.DateTime2N: return SqlType.DateTime2(parser.Byte());
            case TypeToken.DateTimeOffsetN: return SqlType.DateTimeOffset(parser.Byte());
            case TypeToken.IntN:
                return parser.Byte() switch
                {
                    1 => SqlType.TinyInt,
                    2 => SqlType.SmallInt,
                    4 => SqlType.Int,
                    _ => SqlType.BigInt,
                };
            case TypeToken.DecimalN or TypeToken.NumericN:
                parser.Byte();
                return SqlType.Decimal(parser.Byte(), parser.Byte());
            case TypeToken.Xml:
                if (parser.Byte() != 0)
                {
                    parser.ShortString();
                    parser.ShortString();
                    parser.LongString();
                }
                return SqlType.Xml;
            case TypeToken.Text or TypeToken.NText or TypeToken.Image:
                parser.Int32();
                return token switch
                {
                    TypeToken.Image => SqlType.Image,
                    TypeToken.Text => SqlType.Text with { Collation = ReadCollation(ref parser) },
                    _ => SqlType.NText with { Collation = ReadCollation(ref parser) },
                };
            default: return ReadVariable(token, ref parser);
        }
    }

    static SqlType ReadVariable(byte token, ref TdsParser parser)
    {
        if (token is not (TypeToken.BigVarBinary or TypeToken.BigBinary or TypeToken.BigVarChar or TypeToken.BigChar
            or TypeToken.NVarChar or TypeToken.NChar))
            throw SqlServerException.Unsupported($"type token 0x{token:X2}", "the type of a parameter");
        var bytes = parser.UInt16();
        var length = bytes == MaxMarker ? SqlType.Max : bytes;
        var units = length == SqlType.Max ? SqlType.Max : length / 2;
        return token switch
        {
            TypeToken.BigVarBinary => SqlType.VarBinary(length),
            TypeToken.BigBinary => SqlType.Binary(length),
            TypeToken.BigVarChar => SqlType.VarChar(length, ReadCollation(ref parser)),
            TypeToken.BigChar => SqlType.Char(length, ReadCollation(ref parser)),
            TypeToken.NVarChar => SqlType.NVarChar(units, ReadCollation(ref parser)),
            _ => SqlType.NChar(units, ReadCollation(ref parser)),
        };
    }

    static Collation ReadCollation(ref TdsParser parser) => Collation.FromWire(parser.UInt32(), parser.Byte());
}
