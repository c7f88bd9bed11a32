namespace LocalSqlServer.Types;

/// <summary>
/// A system type with its length, precision, scale and collation. Length counts bytes for char, varchar and binary types,
/// UTF-16 code units for nchar and nvarchar; <see cref="Max"/> stands for (max).
/// </summary>
public sealed record SqlType(SqlKind Kind, int Length = 0, byte Precision = 0, byte Scale = 0, Collation? Collation = null)
{
    /// <summary>The length of a (max) type.</summary>
    public const int Max = -1;

    public static SqlType TinyInt { get; } = new(SqlKind.TinyInt, 1, 3);
    public static SqlType SmallInt { get; } = new(SqlKind.SmallInt, 2, 5);
    public static SqlType Int { get; } = new(SqlKind.Int, 4, 10);
    public static SqlType BigInt { get; } = new(SqlKind.BigInt, 8, 19);
    public static SqlType Bit { get; } = new(SqlKind.Bit, 1, 1);
    public static SqlType Money { get; } = new(SqlKind.Money, 8, 19, 4);
    public static SqlType SmallMoney { get; } = new(SqlKind.SmallMoney, 4, 10, 4);
    public static SqlType Float { get; } = new(SqlKind.Float, 8, 53);
    public static SqlType Real { get; } = new(SqlKind.Real, 4, 24);
    public static SqlType Date { get; } = new(SqlKind.Date, 3, 10);
    public static SqlType DateTime { get; } = new(SqlKind.DateTime, 8, 23, 3);
    public static SqlType SmallDateTime { get; } = new(SqlKind.SmallDateTime, 4, 16);
    public static SqlType Text { get; } = new(SqlKind.Text, 16, Collation: Collation.Default);
    public static SqlType NText { get; } = new(SqlKind.NText, 16, Collation: Collation.Default);
    public static SqlType Image { get; } = new(SqlKind.Image, 16);
    public static SqlType UniqueIdentifier { get; } = new(SqlKind.UniqueIdentifier, 16);
    public static SqlType RowVersion { get; } = new(SqlKind.RowVersion, 8);
    public static SqlType Xml { get; } = new(SqlKind.Xml, Max);

    public static SqlType Decimal(int precision, int scale) => new(SqlKind.Decimal, 17, (byte)precision, (byte)scale);

    public static SqlType Time(int scale = 7) => new(SqlKind.Time, 5, Scale: (byte)scale);

    public static SqlType DateTime2(int scale = 7) => new(SqlKind.DateTime2, 8, Scale: (byte)scale);

    public static SqlType DateTimeOffset(int scale = 7) => new(SqlKind.DateTimeOffset, 10, Scale: (byte)scale);

    public static SqlType Char(int length, Collation? collation = null) =>
        new(SqlKind.Char, length, Collation: collation ?? Collation.Default);

    public static SqlType VarChar(int length, Collation? collation = null) =>
        new(SqlKind.VarChar, length, Collation: collation ?? Collation.Default);

    public static SqlType NChar(int length, Collation? collation = null) =>
        new(SqlKind.NChar, length, Collation: collation ?? Collation.Default);

    public static SqlType NVarChar(int length, Collation? collation = null) =>
        new(SqlKind.NVarChar, length, Collation: collation ?? Collation.Default);

    public static SqlType Binary(int length) => new(SqlKind.Binary, length);

    public static SqlType VarBinary(int length) => new(SqlKind.VarBinary, length);

    public bool IsMax => Length == Max;

    public bool IsInteger => Kind is SqlKind.TinyInt or SqlKind.SmallInt or SqlKind.Int or SqlKind.BigInt or SqlKind.Bit;

    public bool IsMoney => Kind is SqlKind.Money or SqlKind.SmallMoney;

    public bool IsFloating => Kind is SqlKind.Float or SqlKind.Real;

    public bool IsNumeric => IsInteger || IsMoney || IsFloating || Kind == SqlKind.Decimal;

    public bool IsUnicode => Kind is SqlKind.NChar or SqlKind.NVarChar or SqlKind.NText or SqlKind.Xml;

    public bool IsText => IsUnicode || Kind is SqlKind.Char or SqlKind.VarChar or SqlKind.Text;

    public bool IsBinary => Kind is SqlKind.Binary or SqlKind.VarBinary or SqlKind.Image;

    public bool IsDateOrTime => Kind is >= SqlKind.Date and <= SqlKind.DateTimeOffset;

    /// <summary>The name as the catalogue has it: <c>timestamp</c> for rowversion, <c>numeric</c> never.</summary>
    public string Name => Kind switch
    {
        SqlKind.RowVersion => "timestamp",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The type as T-SQL writes it, for messages.</summary>
    public override string ToString() => Kind switch
    {
        SqlKind.Decimal => $"decimal({Precision},{Scale})",
        SqlKind.Time or SqlKind.DateTime2 or SqlKind.DateTimeOffset => $"{Name}({Scale})",
        SqlKind.Char or SqlKind.VarChar or SqlKind.NChar or SqlKind.NVarChar or SqlKind.Binary or SqlKind.VarBinary =>
            IsMax ? $"{Name}(max)" : $"{Name}({Length})",
        _ => Name,
    };

    /// <summary>The bytes a value may take as sys.columns.max_length states them; -1 for (max) and xml.</summary>
    internal int CatalogueLength => Kind switch
    {
        SqlKind.NChar or SqlKind.NVarChar when !IsMax => Length * 2,
        SqlKind.Decimal => Precision switch { <= 9 => 5, <= 19 => 9, <= 28 => 13, _ => 17 },
        SqlKind.Time => Scale switch { <= 2 => 3, <= 4 => 4, _ => 5 },
        SqlKind.DateTime2 => Scale switch { <= 2 => 6, <= 4 => 7, _ => 8 },
        SqlKind.DateTimeOffset => Scale switch { <= 2 => 8, <= 4 => 9, _ => 10 },
        _ => Length,
    };
}
