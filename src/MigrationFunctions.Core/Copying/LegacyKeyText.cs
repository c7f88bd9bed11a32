using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Copying;

/// <summary>Reads the legacy key back from a tuple, for the few rows that are left out after they were encoded: keeping the
/// text of every row's key would cost an allocation a row.</summary>
static class LegacyKeyText
{
    // Field count, tenant and id: each entity's tuple begins with two uuids, and the legacy id follows.
    const int FieldStart = sizeof(short) + 2 * (sizeof(int) + 16);

    public static string Of(ReadOnlySpan<byte> tuple, TargetColumn column)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(tuple[FieldStart..]);
        var bytes = tuple.Slice(FieldStart + sizeof(int), length);
        return column.Type switch
        {
            "int2" => BinaryPrimitives.ReadInt16BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            "int4" => BinaryPrimitives.ReadInt32BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            "int8" => BinaryPrimitives.ReadInt64BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            "uuid" => new Guid(bytes, bigEndian: true).ToString(),
            "text" or "varchar" or "bpchar" or "citext" => Encoding.UTF8.GetString(bytes).TrimEnd(' '),
            _ => "0x" + Convert.ToHexString(bytes),
        };
    }
}
