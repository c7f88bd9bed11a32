namespace LocalSqlServer.Protocol;

/// <summary>The version that the stand-in reports: SQL Server 2022, whose dialect it follows.</summary>
static class ServerVersion
{
    public const byte Major = 16;
    public const byte Minor = 0;
    public const ushort Build = 1000;
    public const string Product = "16.0.1000.6";
    public const string Name = "Microsoft SQL Server";
    public const string Banner =
        "Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64) - local stand-in, a test double that is not SQL Server";
}
