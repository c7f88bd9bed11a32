using System.Text.Json;

namespace Scenarios.Tests.Harness;

/// <summary>
/// A manifest and target tables that are a test's own. The tables lie in schema <see cref="Name"/>, belong to the sample's
/// owner, have the grants of <c>infra/sql/target.sql</c>, and are under row-level security by <c>tenant_id</c>, as those of
/// <c>manifests/school-district.target.sql</c>.
/// </summary>
public sealed class OwnSchema : IDisposable
{
    /// <summary>The schema of the tables.</summary>
    public const string Name = "own";

    const string Schema =
        $"""
        CREATE SCHEMA {Name} AUTHORIZATION school_owner;
        GRANT USAGE ON SCHEMA {Name} TO migration_writer, migration_direct;
        ALTER DEFAULT PRIVILEGES FOR ROLE school_owner IN SCHEMA {Name}
          GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO migration_writer;
        ALTER DEFAULT PRIVILEGES FOR ROLE school_owner IN SCHEMA {Name} GRANT SELECT, INSERT ON TABLES TO migration_direct;
        SET ROLE school_owner;
        """;

    const string RowLevelSecurity =
        $"""
        DO $$
        DECLARE
          table_name text;
        BEGIN
          FOR table_name IN SELECT tablename FROM pg_tables WHERE schemaname = '{Name}' AND NOT rowsecurity LOOP
            EXECUTE format('ALTER TABLE {Name}.%I ENABLE ROW LEVEL SECURITY', table_name);
            EXECUTE format('ALTER TABLE {Name}.%I FORCE ROW LEVEL SECURITY', table_name);
            EXECUTE format(
              'CREATE POLICY one_tenant ON {Name}.%I '
              'USING (tenant_id = current_setting(''app.tenant_id'')::uuid) '
              'WITH CHECK (tenant_id = current_setting(''app.tenant_id'')::uuid)',
              table_name);
          END LOOP;
        END
        $$;
        RESET ROLE;
        """;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifests-");
    readonly string _tables;

    /// <param name="manifest">Its JSON text, or an object that is written as JSON.</param>
    /// <param name="tables">CREATE TABLE statements, the tables named like <c>own.parent</c>.</param>
    public OwnSchema(object manifest, string tables)
    {
        _tables = tables;
        Write(manifest);
    }

    /// <summary>What setting <c>Migration:ManifestFolder</c> is.</summary>
    public string ManifestFolder => _folder.FullName;

    /// <summary>Adds a manifest, or changes the one of that name: the next request reads it anew.</summary>
    public void Write(object manifest)
    {
        var json = manifest as string ?? Api.ToJson(manifest);
        var name = JsonDocument.Parse(json).RootElement.GetProperty("name").GetString();
        File.WriteAllText(Path.Combine(ManifestFolder, $"{name}.json"), json);
    }

    /// <summary>Makes the tables in a target that has none of a test's own yet.</summary>
    public Task CreateTablesAsync(TargetDatabase target) => target.ExecuteAsync($"{Schema}\n{_tables};\n{RowLevelSecurity}");

    public void Dispose() => _folder.Delete(recursive: true);
}
