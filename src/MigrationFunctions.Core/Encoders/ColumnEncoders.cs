using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>An encoder, or why there is none.</summary>
public sealed record ColumnEncoderResult(ColumnEncoder? Encoder, Problem? Problem);

/// <summary>Chooses the encoder of a column, once, from the types of both sides and the manifest's policies. A pair
/// that would lose something in every row (<c>float</c> to <c>real</c>, say) has no encoder; one that may lose something
/// in a few rows has one that rejects them.</summary>
public static class ColumnEncoders
{
    const int MoneyScale = 4;

    /// <summary>The encoder for a pair of columns, where <paramref name="ordinal"/> is the source column's place in the
    /// row. Takes a slot for each rule that may change a value.</summary>
    public static ColumnEncoderResult Create(
        SourceColumn source, int ordinal, TargetColumn target, ColumnManifest policies, AdjustmentSlots slots)
    {
        if (PolicyChecks.Find(source, target, policies) is { } problem)
            return new(null, problem);
        if (Choose(source, ordinal, target, policies, slots) is not { } encoder)
            return new(null, Unsupported(source, target));
        if (policies.NullIf.Count == 0)
            return new(encoder, null);
        var sentinels = ValueMatcher.Create(source, ordinal, policies.NullIf, out var misfit);
        return sentinels is null
            ? new(null, PolicyChecks.ValueMisfit(source, "nullIf", misfit!))
            : new(
                new NullIfEncoder(
                    source, ordinal, target, sentinels, encoder, slots.Add(target.Name, AdjustmentRules.NullIf)),
                null);
    }

    static ColumnEncoder? Choose(
        SourceColumn source, int ordinal, TargetColumn target, ColumnManifest policies, AdjustmentSlots slots)
    {
        var type = source.Type;
        if (type.IsText() || type == SqlDbType.Xml)
            return Text(source, ordinal, target, policies, slots);
        if (type.IsDateTime() || type is SqlDbType.Date or SqlDbType.DateTimeOffset or SqlDbType.Time)
            return Temporal(source, ordinal, target, policies, slots);
        if (type.IsBinary())
            return target.Type == "bytea" ? new BinaryEncoder(source, ordinal, target) : null;
        return type switch
        {
            SqlDbType.Bit => Bit(source, ordinal, target),
            SqlDbType.TinyInt => Integer<TinyIntReader>(source, ordinal, target),
            SqlDbType.SmallInt => Integer<SmallIntReader>(source, ordinal, target),
            SqlDbType.Int => Integer<IntReader>(source, ordinal, target),
            SqlDbType.BigInt => Integer<BigIntReader>(source, ordinal, target),
            SqlDbType.Decimal when source.Precision > SourceTypes.DecimalDigits =>
                Numeric<WideDecimalReader>(source, ordinal, target, source.Scale),
            SqlDbType.Decimal => Numeric<DecimalReader>(source, ordinal, target, source.Scale),
            SqlDbType.Money or SqlDbType.SmallMoney => Numeric<DecimalReader>(source, ordinal, target, MoneyScale),
            SqlDbType.Real when target.Type == "float4" => new SingleEncoder(source, ordinal, target),
            SqlDbType.Real when target.Type == "float8" => new DoubleEncoder<RealReader>(source, ordinal, target),
            SqlDbType.Float when target.Type == "float8" => new DoubleEncoder<FloatReader>(source, ordinal, target),
            SqlDbType.UniqueIdentifier => UniqueIdentifier(source, ordinal, target),
            _ => null,
        };
    }

    static ColumnEncoder? Bit(SourceColumn source, int ordinal, TargetColumn target) => target.Type switch
    {
        "bool" => new IntegerEncoder<BitReader, BooleanWriter>(source, ordinal, target),
        "int2" => new IntegerEncoder<BitReader, Int2Writer>(source, ordinal, target),
        "int4" => new IntegerEncoder<BitReader, Int4Writer>(source, ordinal, target),
        _ => null,
    };

    static ColumnEncoder? Integer<TReader>(SourceColumn source, int ordinal, TargetColumn target)
        where TReader : struct, ISourceReader<long> => target.Type switch
        {
            "int2" => new IntegerEncoder<TReader, Int2Writer>(source, ordinal, target),
            "int4" => new IntegerEncoder<TReader, Int4Writer>(source, ordinal, target),
            "int8" => new IntegerEncoder<TReader, Int8Writer>(source, ordinal, target),
            "text" or "varchar" => new IntegerEncoder<TReader, DigitsWriter>(source, ordinal, target),
            _ => Numeric<IntegerNumberReader<TReader>>(source, ordinal, target, 0),
        };

    static NumericEncoder<TReader>? Numeric<TReader>(
        SourceColumn source, int ordinal, TargetColumn target, int sourceScale)
        where TReader : struct, ISourceReader<ExactNumber> =>
        target.Type == "numeric" ? new(source, ordinal, target, sourceScale) : null;

    static ColumnEncoder? UniqueIdentifier(SourceColumn source, int ordinal, TargetColumn target) => target.Type switch
    {
        "uuid" => new GuidEncoder(source, ordinal, target),
        "text" or "varchar" or "bpchar" when target.Length is 0 or GuidTextEncoder.Length =>
            new GuidTextEncoder(source, ordinal, target),
        "varchar" when target.Length > GuidTextEncoder.Length => new GuidTextEncoder(source, ordinal, target),
        _ => null,
    };

    static ColumnEncoder? Text(
        SourceColumn source, int ordinal, TargetColumn target, ColumnManifest policies, AdjustmentSlots slots) =>
        target.Type is not ("text" or "varchar" or "bpchar" or "citext" or "xml") ? null
        : policies.Values is { } values ? new ValueMapEncoder(source, ordinal, target, values, slots)
        : new TextEncoder(source, ordinal, target, policies, slots);

    static ColumnEncoder? Temporal(
        SourceColumn source, int ordinal, TargetColumn target, ColumnManifest policies, AdjustmentSlots slots)
    {
        var excess = policies.ExcessPrecision;
        var isLocal = source.Type.IsDateTime() || source.Type == SqlDbType.Date;
        return target.Type switch
        {
            "date" when isLocal => new DateEncoder(source, ordinal, target),
            "timestamp" when isLocal => new ClockTimeEncoder<DateTimeReader>(
                source, ordinal, target, MicrosecondEncoder.TimestampEpoch, excess, slots),
            "timestamptz" when isLocal => new LocalTimeEncoder(source, ordinal, target, policies, slots),
            "timestamptz" when source.Type == SqlDbType.DateTimeOffset =>
                new OffsetTimeEncoder(source, ordinal, target, excess, slots),
            "time" when source.Type == SqlDbType.Time =>
                new ClockTimeEncoder<TimeReader>(source, ordinal, target, 0, excess, slots),
            _ => null,
        };
    }

    static Problem Unsupported(SourceColumn source, TargetColumn target)
    {
        var size = target.Length > 0 ? $"({target.Length})" : "";
        return new(
            ErrorCodes.UnsupportedConversion, $"{source.Name} -> {target.Name}",
            $"Nothing converts {SourceTypeName(source.Type)} to {target.Type}{size} without loss.", Remedy(source));
    }

    static string SourceTypeName(SqlDbType type) =>
        type == SqlDbType.Timestamp ? "rowversion" : type.ToString().ToLowerInvariant();

    static string Remedy(SourceColumn source) => source.Type switch
    {
        SqlDbType.Bit => "Make the target column boolean, smallint or integer.",
        _ when source.Type.IsInteger() => "Make the target column smallint, integer, bigint, numeric, text or varchar.",
        SqlDbType.Decimal or SqlDbType.Money or SqlDbType.SmallMoney => "Make the target column numeric.",
        SqlDbType.Real => "Make the target column real or double precision.",
        SqlDbType.Float => "Make the target column double precision.",
        SqlDbType.Date => "Make the target column date or timestamp, or timestamptz with a time zone.",
        SqlDbType.Time => "Make the target column time.",
        SqlDbType.DateTimeOffset => "Make the target column timestamptz.",
        SqlDbType.UniqueIdentifier => "Make the target column uuid, text, varchar(36) or char(36).",
        _ when source.Type.IsDateTime() => "Make the target column timestamp or date, or timestamptz with a time zone.",
        _ when source.Type.IsText() || source.Type == SqlDbType.Xml =>
            "Make the target column text, varchar, char, citext or xml.",
        _ when source.Type.IsBinary() =>
            "Make the target column bytea, or leave the column behind under source.ignore.",
        _ => "Leave the column behind under source.ignore.",
    };
}
