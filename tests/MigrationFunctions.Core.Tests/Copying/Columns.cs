using System.Data;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Short ways to say what a column is and to encode one value.</summary>
static class Columns
{
    public static readonly ColumnManifest NoPolicies = new() { Source = "Value", Target = "value" };

    public static SourceColumn Source(
        SqlDbType type, string name = "Value", int length = 0, int precision = 0, int scale = 0,
        bool isNullable = true) =>
        new(name, type, length, (byte)precision, (byte)scale, isNullable);

    public static TargetColumn Target(
        string type, string name = "value", int length = 0, int precision = 0, int scale = -1,
        bool isNotNull = false) =>
        new(name, type, length, precision, precision > 0 || type != "numeric" ? scale : 0, isNotNull, false, false);

    /// <summary>The bytes of the one field, null for NULL, or the rule by which the row is rejected.</summary>
    public static (byte[]? Bytes, string? Rule) Encode(
        SourceColumn source, TargetColumn target, TypedRow.Cell cell, ColumnManifest? policies = null)
    {
        var (encoder, problem) = ColumnEncoders.Create(source, 0, target, policies ?? NoPolicies, new());
        Assert.Null(problem);
        using var buffer = new TupleBuffer();
        buffer.BeginRow(1);
        if (encoder!.Encode(new TypedRow(cell), buffer) is { } reason)
        {
            Assert.Equal(source.Name, reason.Column);
            return (null, reason.Rule);
        }

        var fields = PgCopyDecoder.Fields(buffer.EndRow());
        return (Assert.Single(fields), null);
    }

    public static byte[]? EncodeGood(
        SourceColumn source, TargetColumn target, TypedRow.Cell cell, ColumnManifest? policies = null)
    {
        var (bytes, rule) = Encode(source, target, cell, policies);
        Assert.Null(rule);
        return bytes;
    }

    public static string Hex(byte[]? bytes) => bytes is null ? "NULL" : Convert.ToHexStringLower(bytes);
}
