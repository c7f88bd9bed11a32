namespace LocalSqlServer.Types;

/// <summary>The system types of SQL Server that a column, parameter or expression of the stand-in can have.</summary>
public enum SqlKind
{
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Bit,
    Decimal,
    Money,
    SmallMoney,
    Float,
    Real,
    Date,
    Time,
    DateTime,
    SmallDateTime,
    DateTime2,
    DateTimeOffset,
    Char,
    VarChar,
    Text,
    NChar,
    NVarChar,
    NText,
    Binary,
    VarBinary,
    Image,
    UniqueIdentifier,
    RowVersion,
    Xml,
}
