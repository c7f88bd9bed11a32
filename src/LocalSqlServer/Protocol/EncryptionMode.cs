namespace LocalSqlServer.Protocol;

/// <summary>Values of the pre-login encryption option, MS-TDS 2.2.6.5.</summary>
enum EncryptionMode : byte
{
    Off = 0,
    On = 1,
    NotSupported = 2,
    Required = 3,
}
