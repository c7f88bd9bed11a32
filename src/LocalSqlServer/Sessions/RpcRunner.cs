using LocalSqlServer.Protocol;
using LocalSqlServer.Sql;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sessions;

/// <summary>Runs the system procedures by which a client sends parameterised and prepared statements.</summary>
sealed class RpcRunner(ServerState server, Session session, TdsWriter writer)
{
    public async Task RunAsync(RpcRequest request, CancellationToken ct)
    {
        var parameters = request.Parameters;
        switch (request.Procedure.ToLowerInvariant())
        {
            case "sp_executesql":
                await ExecuteAsync(TextOf(parameters, 0), [.. parameters.Skip(2)], ct);
                break;
            case "sp_prepare":
                parameters[0].Variable.Value = SqlValue.From((long)session.Prepare(TextOf(parameters, 2)));
                ReturnValue(parameters[0], 0);
                break;
            case "sp_prepexec":
                parameters[0].Variable.Value = SqlValue.From((long)session.Prepare(TextOf(parameters, 2)));
                await ExecuteAsync(TextOf(parameters, 2), [.. parameters.Skip(3)], ct);
                ReturnValue(parameters[0], 0);
                break;
            case "sp_execute":
                await ExecuteAsync(
                    session.Prepared((int)parameters[0].Variable.Value.Number), [.. parameters.Skip(1)], ct);
                break;
            case "sp_unprepare":
                session.Unprepare((int)parameters[0].Variable.Value.Number);
                break;
            default:
                throw new SqlServerException(2812, 16, 62, $"Could not find stored procedure '{request.Procedure}'.");
        }
        Tokens.ReturnStatus(writer, 0);
    }

    async Task ExecuteAsync(string statement, List<RpcParameter> parameters, CancellationToken ct)
    {
        var variables = new Dictionary<string, Variable>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in parameters)
            variables[parameter.Name] = parameter.Variable;
        await new BatchRunner(server, session, writer, variables, inProcedure: true).RunAsync(statement, ct);
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].IsOutput)
                ReturnValue(parameters[i], i);
        }
    }

    static string TextOf(IReadOnlyList<RpcParameter> parameters, int index) =>
        index < parameters.Count && parameters[index].Variable is { Type.IsText: true, Value.IsNull: false } text
            ? text.Value.Text
            : throw new SqlServerException(214, 16, 2,
                "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.");

    /// <summary>RETURNVALUE, MS-TDS 2.2.7.21.</summary>
    void ReturnValue(RpcParameter parameter, int ordinal)
    {
        writer.Byte((byte)TokenType.ReturnValue);
        writer.UInt16(ordinal);
        writer.ShortString(parameter.Name);
        writer.Byte(1);
        writer.Int32(0);
        writer.UInt16(0);
        TypeInfo.Write(writer, parameter.Variable.Type, nullable: true);
        var encoder = ColumnEncoder.For(parameter.Variable.Type, nullable: true);
        var value = parameter.Variable.Value;
        if (value.IsNull)
            encoder.WriteNull(writer);
        else
            encoder.Write(writer, in value);
    }
}
