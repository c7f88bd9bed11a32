using System.Buffers.Binary;
using LocalSqlServer.Types;

namespace LocalSqlServer.Protocol;

/// <summary>Writes the tokens that carry no rows, MS-TDS 2.2.7.</summary>
static class Tokens
{
    const uint Tds74 = 0x04000074;
    const byte FederatedAuthentication = 0x02;
    const byte Utf8Support = 0x0A;
    const byte Terminator = 0xFF;

    public static void Done(TdsWriter writer, TokenType token, DoneStatus status, int command, long rows)
    {
        writer.Byte((byte)token);
        writer.UInt16((int)status);
        writer.UInt16(command);
        writer.Int64(rows);
    }

    public static void Error(TdsWriter writer, string server, SqlServerException error) =>
        Message(writer, TokenType.Error, server, error.Number, error.State, error.Severity, error.Message, error.Line);

    public static void Info(TdsWriter writer, string server, int number, byte state, byte severity, string message) =>
        Message(writer, TokenType.Info, server, number, state, severity, message, 1);

    public static void LoginAcknowledged(TdsWriter writer, string program)
    {
        var begin = writer.BeginToken(TokenType.LoginAck);
        writer.Byte(1);
        writer.UInt32(Tds74);
        writer.ShortString(program);
        Span<byte> version = [ServerVersion.Major, ServerVersion.Minor, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(version[2..], ServerVersion.Build);
        writer.Bytes(version);
        writer.EndToken(begin);
    }

    /// <summary>Acknowledges what the stand-in supports of the features asked for: tokens and UTF-8 text, nothing
    /// else.</summary>
    public static void FeaturesAcknowledged(TdsWriter writer, IReadOnlyCollection<byte> requested)
    {
        if (requested.Count == 0)
            return;
        writer.Byte((byte)TokenType.FeatureExtAck);
        if (requested.Contains(FederatedAuthentication))
        {
            writer.Byte(FederatedAuthentication);
            writer.UInt32(0);
        }
        if (requested.Contains(Utf8Support))
        {
            writer.Byte(Utf8Support);
            writer.UInt32(1);
            writer.Byte(1);
        }
        writer.Byte(Terminator);
    }

    public static void Environment(TdsWriter writer, EnvironmentChange change, string value, string old)
    {
        var begin = writer.BeginToken(TokenType.EnvironmentChange);
        writer.Byte((byte)change);
        writer.ShortString(value);
        writer.ShortString(old);
        writer.EndToken(begin);
    }

    public static void CollationChanged(TdsWriter writer, Collation collation)
    {
        var begin = writer.BeginToken(TokenType.EnvironmentChange);
        writer.Byte((byte)EnvironmentChange.Collation);
        writer.Byte(5);
        writer.UInt32(collation.Flags);
        writer.Byte(collation.SortId);
        writer.Byte(0);
        writer.EndToken(begin);
    }

    /// <summary>Begin names the new descriptor, commit and rollback the old one; zero is no transaction.</summary>
    public static void Transaction(TdsWriter writer, EnvironmentChange change, ulong started, ulong ended)
    {
        var begin = writer.BeginToken(TokenType.EnvironmentChange);
        writer.Byte((byte)change);
        Descriptor(writer, started);
        Descriptor(writer, ended);
        writer.EndToken(begin);
    }

    public static void ConnectionReset(TdsWriter writer)
    {
        var begin = writer.BeginToken(TokenType.EnvironmentChange);
        writer.Byte((byte)EnvironmentChange.ResetAcknowledged);
        writer.UInt16(0);
        writer.EndToken(begin);
    }

    public static void ReturnStatus(TdsWriter writer, int status)
    {
        writer.Byte((byte)TokenType.ReturnStatus);
        writer.Int32(status);
    }

    static void Descriptor(TdsWriter writer, ulong value)
    {
        writer.Byte(value == 0 ? (byte)0 : (byte)8);
        if (value != 0)
            writer.Int64((long)value);
    }

    static void Message(
        TdsWriter writer, TokenType token, string server, int number, byte state, byte severity, string text, int line)
    {
        var begin = writer.BeginToken(token);
        writer.Int32(number);
        writer.Byte(state);
        writer.Byte(severity);
        writer.LongString(text.Length > 2000 ? text[..2000] : text);
        writer.ShortString(server);
        writer.ShortString("");
        writer.Int32(line);
        writer.EndToken(begin);
    }
}
