using LocalSqlServer.Protocol;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sessions;

/// <summary>Transaction manager requests: what SqlConnection.BeginTransaction and its kin send, MS-TDS 2.2.6.9.</summary>
static class TransactionRequest
{
    const ushort Begin = 5;
    const ushort Commit = 7;
    const ushort Rollback = 8;
    const ushort Save = 9;

    public static void Run(ref TdsParser parser, Session session, TdsWriter writer)
    {
        var kind = parser.UInt16();
        switch (kind)
        {
            case Begin:
                SetIsolation(session, parser.Byte());
                session.Begin(writer);
                break;
            case Commit:
                session.Commit(writer);
                break;
            case Rollback:
                session.Rollback(writer, NameOf(ref parser));
                break;
            case Save:
                session.Save(NameOf(ref parser));
                break;
            default:
                throw SqlServerException.Unsupported($"transaction manager request {kind}", "the request");
        }
    }

    static string NameOf(ref TdsParser parser) => System.Text.Encoding.Unicode.GetString(parser.Bytes(parser.Byte()));

    /// <summary>Zero keeps the level of the session.</summary>
    static void SetIsolation(Session session, byte level)
    {
        if (level != 0)
            session.Isolation = (IsolationLevel)level;
    }
}
