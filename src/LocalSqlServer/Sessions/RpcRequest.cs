using LocalSqlServer.Protocol;
using LocalSqlServer.Sql;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sessions;

/// <summary>A parameter of a remote procedure call.</summary>
readonly record struct RpcParameter(string Name, bool IsOutput, Variable Variable);

/// <summary>A remote procedure call, MS-TDS 2.2.6.6: its procedure and parameters.</summary>
sealed record RpcRequest(string Procedure, IReadOnlyList<RpcParameter> Parameters)
{
    const ushort ById = 0xFFFF;

    static readonly Dictionary<ushort, string> Known = new()
    {
        [10] = "sp_executesql",
        [11] = "sp_prepare",
        [12] = "sp_execute",
        [13] = "sp_prepexec",
        [15] = "sp_unprepare",
    };

    public static RpcRequest Parse(ref TdsParser parser)
    {
        var length = parser.UInt16();
        var procedure = length == ById ? NameOf(parser.UInt16()) : parser.Unicode(length);
        parser.UInt16();
        var parameters = new List<RpcParameter>();
        while (!parser.AtEnd && parser.Peek() < 0x80)
        {
            var name = parser.ShortString();
            var output = (parser.Byte() & 1) != 0;
            var token = parser.Peek();
            var type = TypeInfo.Read(ref parser);
            var isFixed = token is TypeToken.Int1 or TypeToken.Bit or TypeToken.Int2 or TypeToken.Int4 or TypeToken.Int8
                or TypeToken.Real or TypeToken.Float;
            var value = token == TypeToken.Null ? SqlValue.Null : ValueReader.Read(ref parser, type, isFixed);
            parameters.Add(new(name, output, new Variable(type, value)));
        }
        return new(procedure, parameters);
    }

    static string NameOf(ushort id) => Known.GetValueOrDefault(id)
        ?? throw SqlServerException.Unsupported($"procedure id {id}", "the system procedure");
}
