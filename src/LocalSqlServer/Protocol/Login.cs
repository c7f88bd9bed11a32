using System.Text;

namespace LocalSqlServer.Protocol;

/// <summary>What the stand-in uses of a LOGIN7 message, MS-TDS 2.2.6.4.</summary>
sealed record Login(
    int PacketSize, string Host, string User, string Password, string Application, string Database,
    bool IntegratedSecurity, IReadOnlyCollection<byte> Features)
{
    const byte IntegratedSecurityFlag = 0x80;
    const byte ExtensionFlag = 0x10;
    const byte FeatureTerminator = 0xFF;
    const byte FederatedAuthentication = 0x02;

    /// <summary>The client will log in with a token, once it knows for whom the token is to be.</summary>
    public bool BringsToken => Features.Contains(FederatedAuthentication);

    public static Login Parse(ReadOnlySpan<byte> message)
    {
        var fixedPart = new TdsParser(message);
        fixedPart.Bytes(8);
        var packetSize = fixedPart.Int32();
        fixedPart.Bytes(13);
        var flags2 = fixedPart.Byte();
        fixedPart.Byte();
        var flags3 = fixedPart.Byte();
        fixedPart.Bytes(8);

        var host = Field(message, ref fixedPart);
        var user = Field(message, ref fixedPart);
        var password = Password7(FieldBytes(message, ref fixedPart, unit: 2));
        var application = Field(message, ref fixedPart);
        Field(message, ref fixedPart);
        var extensionAt = fixedPart.UInt16();
        var extensionLength = fixedPart.UInt16();
        Field(message, ref fixedPart);
        Field(message, ref fixedPart);
        var database = Field(message, ref fixedPart);
        var features = (flags3 & ExtensionFlag) != 0 && extensionLength >= 4
            ? FeatureIds(message, extensionAt)
            : [];
        return new Login(
            packetSize, host, user, password, application, database, (flags2 & IntegratedSecurityFlag) != 0, features);
    }

    static string Field(ReadOnlySpan<byte> message, ref TdsParser offsets) =>
        Encoding.Unicode.GetString(FieldBytes(message, ref offsets, unit: 2));

    static ReadOnlySpan<byte> FieldBytes(ReadOnlySpan<byte> message, ref TdsParser offsets, int unit)
    {
        var at = offsets.UInt16();
        var length = offsets.UInt16() * unit;
        return at + length <= message.Length
            ? message.Slice(at, length)
            : throw new TdsProtocolException("A field of the login lies outside its message.");
    }

    /// <summary>The client swaps the nibbles of each byte and XORs it with 0xA5: obfuscation, not encryption.</summary>
    static string Password7(ReadOnlySpan<byte> bytes)
    {
        var clear = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var mixed = (byte)(bytes[i] ^ 0xA5);
            clear[i] = (byte)((mixed << 4) | (mixed >> 4));
        }
        return Encoding.Unicode.GetString(clear);
    }

    static List<byte> FeatureIds(ReadOnlySpan<byte> message, int pointerAt)
    {
        var ids = new List<byte>();
        var at = new TdsParser(message[pointerAt..]).Int32();
        if (at < 0 || at >= message.Length)
            throw new TdsProtocolException("The feature extension of the login lies outside its message.");
        var parser = new TdsParser(message[at..]);
        while (!parser.AtEnd)
        {
            var id = parser.Byte();
            if (id == FeatureTerminator)
                break;
            ids.Add(id);
            parser.Bytes(parser.Int32());
        }
        return ids;
    }
}
