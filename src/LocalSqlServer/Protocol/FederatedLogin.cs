using System.Text;

namespace LocalSqlServer.Protocol;

/// <summary>The two messages by which a client logs in with a Microsoft Entra token: FEDAUTHINFO (MS-TDS 2.2.7.12)
/// tells whom to ask for it, the Federated Authentication Token message (2.2.6.3) brings it.</summary>
static class FederatedLogin
{
    const byte IssuerOption = 1;
    const byte AudienceOption = 2;
    const int OptionLength = 9;
    const int CountLength = 4;

    public static void AskForToken(TdsWriter writer)
    {
        (byte Id, byte[] Data)[] options =
        [
            (IssuerOption, Encoding.Unicode.GetBytes("https://login.microsoftonline.com/common")),
            (AudienceOption, Encoding.Unicode.GetBytes("https://database.windows.net/")),
        ];
        var dataAt = CountLength + options.Length * OptionLength;
        writer.Byte((byte)TokenType.FederatedInfo);
        writer.Int32(dataAt + options.Sum(o => o.Data.Length));
        writer.Int32(options.Length);
        foreach (var (id, data) in options)
        {
            writer.Byte(id);
            writer.Int32(data.Length);
            writer.Int32(dataAt);
            dataAt += data.Length;
        }
        foreach (var (_, data) in options)
            writer.Bytes(data);
    }

    public static string Token(ReadOnlySpan<byte> message)
    {
        var parser = new TdsParser(message);
        parser.Int32();
        return Encoding.Unicode.GetString(parser.Bytes(parser.Int32()));
    }
}
