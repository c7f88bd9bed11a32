using System.Globalization;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>Reads a data type of CAST, CONVERT, DECLARE.</summary>
static class TypeNames
{
    /// <summary>A length left out is 1 in DECLARE and 30 in CAST.</summary>
    public static SqlType Read(DataTypeReference reference, int defaultLength)
    {
        if (reference is XmlDataTypeReference)
            return SqlType.Xml;
        if (reference is not SqlDataTypeReference type)
            return ByName(reference);
        var first = Argument(type, 0);
        var length = first ?? defaultLength;
        return type.SqlDataTypeOption switch
        {
            SqlDataTypeOption.TinyInt => SqlType.TinyInt,
            SqlDataTypeOption.SmallInt => SqlType.SmallInt,
            SqlDataTypeOption.Int => SqlType.Int,
            SqlDataTypeOption.BigInt => SqlType.BigInt,
            SqlDataTypeOption.Bit => SqlType.Bit,
            SqlDataTypeOption.Decimal or SqlDataTypeOption.Numeric => SqlType.Decimal(first ?? 18, Argument(type, 1) ?? 0),
            SqlDataTypeOption.Money => SqlType.Money,
            SqlDataTypeOption.SmallMoney => SqlType.SmallMoney,
            SqlDataTypeOption.Float => first is <= 24 ? SqlType.Real : SqlType.Float,
            SqlDataTypeOption.Real => SqlType.Real,
            SqlDataTypeOption.Date => SqlType.Date,
            SqlDataTypeOption.Time => SqlType.Time(first ?? 7),
            SqlDataTypeOption.DateTime => SqlType.DateTime,
            SqlDataTypeOption.SmallDateTime => SqlType.SmallDateTime,
            SqlDataTypeOption.DateTime2 => SqlType.DateTime2(first ?? 7),
            SqlDataTypeOption.DateTimeOffset => SqlType.DateTimeOffset(first ?? 7),
            SqlDataTypeOption.Char => SqlType.Char(length),
            SqlDataTypeOption.VarChar => SqlType.VarChar(length),
            SqlDataTypeOption.Text => SqlType.Text,
            SqlDataTypeOption.NChar => SqlType.NChar(length),
            SqlDataTypeOption.NVarChar => SqlType.NVarChar(length),
            SqlDataTypeOption.NText => SqlType.NText,
            SqlDataTypeOption.Binary => SqlType.Binary(length),
            SqlDataTypeOption.VarBinary => SqlType.VarBinary(length),
            SqlDataTypeOption.Image => SqlType.Image,
            SqlDataTypeOption.UniqueIdentifier => SqlType.UniqueIdentifier,
            SqlDataTypeOption.Timestamp or SqlDataTypeOption.Rowversion => SqlType.RowVersion,
            _ => throw SqlServerException.Unsupported(FragmentText.Of(reference), "the data type"),
        };
    }

    static SqlType ByName(DataTypeReference reference)
    {
        var name = FragmentText.Of(reference);
        return name.Equals("sysname", StringComparison.OrdinalIgnoreCase)
            ? SqlType.NVarChar(128)
            : throw new SqlServerException(243, 16, 1, $"Type {name} is not a defined system type.");
    }

    static int? Argument(SqlDataTypeReference type, int index)
    {
        if (index >= type.Parameters.Count)
            return null;
        return type.Parameters[index] is MaxLiteral
            ? SqlType.Max
            : int.Parse(type.Parameters[index].Value, CultureInfo.InvariantCulture);
    }
}
