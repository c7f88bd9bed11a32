namespace LocalSqlServer.Protocol;

/// <summary>The tokens of a response, MS-TDS 2.2.7.</summary>
enum TokenType : byte
{
    ReturnStatus = 0x79,
    ColumnMetadata = 0x81,
    Order = 0xA9,
    Error = 0xAA,
    Info = 0xAB,
    ReturnValue = 0xAC,
    LoginAck = 0xAD,
    FeatureExtAck = 0xAE,
    Row = 0xD1,
    RowWithNullBitmap = 0xD2,
    EnvironmentChange = 0xE3,
    FederatedInfo = 0xEE,
    Done = 0xFD,
    DoneProcedure = 0xFE,
    DoneInProcedure = 0xFF,
}
