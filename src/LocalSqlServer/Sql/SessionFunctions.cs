using LocalSqlServer.Protocol;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>The @@ variables and the functions that tell about server, session and database.</summary>
static class SessionFunctions
{
    public static SqlExpression Global(StatementContext context, string name) => name.ToUpperInvariant() switch
    {
        "@@VERSION" => Text(ServerVersion.Banner),
        "@@SERVERNAME" => Text(context.Server.Name),
        "@@SPID" => SqlExpression.Constant(SqlValue.From((long)context.Spid), SqlType.SmallInt),
        "@@TRANCOUNT" => Number(context.TransactionCount),
        "@@ROWCOUNT" => Number(context.LastRowCount),
        "@@ERROR" => Number(0),
        "@@MAX_PRECISION" => Number(38),
        "@@LANGUAGE" => Text("us_english"),
        "@@DATEFIRST" => Number(7),
        "@@OPTIONS" => Number(5496),
        "@@MICROSOFTVERSION" => Number(0x100003E8),
        _ => throw SqlServerException.Unsupported(name, "the global variable"),
    };

    public static SqlExpression? Bind(string name, IReadOnlyList<SqlExpression> arguments, StatementContext context)
    {
        var database = context.Database;
        string? Argument(int at) => at < arguments.Count && arguments[at].Evaluate() is { IsNull: false } v
            ? TextFormat.Format(v, arguments[at].Type, 0)
            : null;

        switch (name)
        {
            case "SERVERPROPERTY":
                return ServerProperty(Argument(0) ?? "", context);
            case "DB_NAME":
                return Text(database.Name);
            case "DB_ID":
                return arguments.Count == 0 || Same(Argument(0), database.Name)
                    ? SqlExpression.Constant(SqlValue.From(5L), SqlType.SmallInt)
                    : SqlExpression.Constant(SqlValue.Null, SqlType.SmallInt);
            case "SUSER_SNAME" or "SUSER_NAME" or "ORIGINAL_LOGIN" or "SYSTEM_USER" or "USER_NAME":
                return Text(context.User);
            case "SCHEMA_NAME":
                return Text(arguments.Count == 0 ? "dbo" : Catalogue.SchemaName(database, Argument(0)));
            case "OBJECT_ID":
                return Number(Catalogue.ObjectId(database, Argument(0) ?? ""));
            case "OBJECT_NAME":
                return Text(Catalogue.ObjectOf(database, Argument(0))?.Name);
            case "OBJECT_SCHEMA_NAME":
                return Text(Catalogue.ObjectOf(database, Argument(0))?.Schema);
            case "TYPE_NAME":
                return Text(Catalogue.TypeName(Argument(0)));
            case "HAS_PERMS_BY_NAME":
                return Number(LoginRights.HasPermission(database, Argument(0), Argument(1), Argument(2), Argument(3)));
            case "IS_SRVROLEMEMBER" or "IS_ROLEMEMBER":
                return Number(LoginRights.IsMember(database, Argument(0)));
            case "DATABASEPROPERTYEX":
                return DatabaseProperty(Argument(0), Argument(1), database);
            case "MIN_ACTIVE_ROWVERSION":
                return SqlExpression.Constant(SqlValue.From(database.RowVersion + 1), SqlType.RowVersion)
                    .As(SqlType.Binary(8));
            case "CHANGE_TRACKING_CURRENT_VERSION":
                return SqlExpression.Constant(SqlValue.Null, SqlType.BigInt);
            case "XACT_STATE":
                return SqlExpression.Constant(SqlValue.From(context.TransactionCount > 0 ? 1L : 0L), SqlType.SmallInt);
            default:
                return null;
        }
    }

    static SqlExpression ServerProperty(string property, StatementContext context) => property.ToUpperInvariant() switch
    {
        "PRODUCTVERSION" => Text(ServerVersion.Product),
        "PRODUCTMAJORVERSION" => Text("16"),
        "PRODUCTLEVEL" => Text("RTM"),
        "EDITION" => Text("Developer Edition (64-bit)"),
        "ENGINEEDITION" => Number(3),
        "COLLATION" => Text(context.Database.Collation.Name),
        "SERVERNAME" or "MACHINENAME" => Text(context.Server.Name),
        "ISINTEGRATEDSECURITYONLY" => Number(0),
        _ => Text(null),
    };

    static SqlExpression DatabaseProperty(
        string? database, string? property, Storage.LegacyDatabase known) =>
        !Same(database, known.Name) ? Text(null) : property?.ToUpperInvariant() switch
        {
            "COLLATION" => Text(known.Collation.Name),
            "STATUS" => Text("ONLINE"),
            "UPDATEABILITY" => Text("READ_WRITE"),
            "RECOVERY" => Text("SIMPLE"),
            "USERACCESS" => Text("MULTI_USER"),
            _ => Text(null),
        };

    static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    static SqlExpression Text(string? text) => SqlExpression.Constant(SqlValue.From(text), SqlType.NVarChar(256));

    static SqlExpression Number(long? number) =>
        SqlExpression.Constant(number is { } n ? SqlValue.From(n) : SqlValue.Null, SqlType.Int);
}
