using System.Buffers.Binary;

namespace LocalSqlServer.Protocol;

/// <summary>The pre-login exchange, MS-TDS 2.2.6.5: version and encryption, no MARS; federated
/// authentication is neither required nor refused.</summary>
static class PreLogin
{
    const byte VersionOption = 0;
    const byte EncryptionOption = 1;
    const byte InstanceOption = 2;
    const byte MarsOption = 4;
    const byte Terminator = 0xFF;

    /// <summary>The encryption that the client asks for.</summary>
    public static EncryptionMode RequestedEncryption(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at + 5 <= message.Length && message[at] != Terminator; at += 5)
        {
            if (message[at] != EncryptionOption)
                continue;
            var offset = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]);
            return offset < message.Length
                ? (EncryptionMode)(message[offset] & 0x3F)
                : throw new TdsProtocolException("The encryption option lies outside the pre-login message.");
        }
        return EncryptionMode.NotSupported;
    }

    /// <summary>
    /// What the server answers. Off to Off means that the login alone is encrypted; a client that cannot encrypt gets none.
    /// </summary>
    public static EncryptionMode Negotiate(EncryptionMode requested, bool encryptionOffered, bool encryptionRequired) =>
        (requested, encryptionOffered, encryptionRequired) switch
        {
            (_, false, _) => EncryptionMode.NotSupported,
            (EncryptionMode.NotSupported, _, true) => EncryptionMode.Required,
            (EncryptionMode.NotSupported, _, _) => EncryptionMode.NotSupported,
            (EncryptionMode.Off, _, true) => EncryptionMode.Required,
            (EncryptionMode.Off, _, _) => EncryptionMode.Off,
            _ => EncryptionMode.On,
        };

    public static byte[] Answer(EncryptionMode encryption)
    {
        const int OptionsLength = 4 * 5 + 1;
        byte[] version = [ServerVersion.Major, ServerVersion.Minor, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(version.AsSpan(2), ServerVersion.Build);
        (byte Option, byte[] Data)[] options =
            [(VersionOption, version), (EncryptionOption, [(byte)encryption]), (InstanceOption, [0]), (MarsOption, [0])];
        var answer = new byte[OptionsLength + options.Sum(o => o.Data.Length)];
        var at = 0;
        var dataAt = OptionsLength;
        foreach (var (option, data) in options)
        {
            answer[at] = option;
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(at + 1), (ushort)dataAt);
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(at + 3), (ushort)data.Length);
            data.CopyTo(answer, dataAt);
            at += 5;
            dataAt += data.Length;
        }
        answer[at] = Terminator;
        return answer;
    }
}
