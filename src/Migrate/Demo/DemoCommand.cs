using System.CommandLine;
using System.CommandLine.Parsing;
using Migrate.Commands;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;

namespace Migrate.Demo;

/// <summary><c>migrate demo</c>: a real migration on this machine with one command and no set-up.</summary>
public static class DemoCommand
{
    public static Command Create(CliServices services)
    {
        var scenario = EnumOption.Create<DemoScenario>("--scenario", "What the rows are. [default: school]");
        var rows = new Option<long?>("--rows")
        {
            Description = "Students and enrollments in all [default: 20000], or assessment results [default: 5000000].",
        };
        var seed = Number("--seed", "Seed of the generated legacy data.", 1);
        var districts = Number("--districts", "Districts (tenants).", 3);
        var mode = new Option<RunMode>("--mode")
        {
            Description = "full, rehearsal or dryRun.", DefaultValueFactory = _ => RunMode.Full,
        };
        var verify = EnumOption.Create<ReconciliationDepth>("--verify", "Compare source and target afterwards.");
        var corrupt = Number("--corrupt", "Rows of the target to damage before they are compared.", 0);
        var repair = new Option<bool>("--repair") { Description = "Repair what is found, and compare again." };
        var report = new Option<DirectoryInfo?>("--report") { Description = "Folder for reports in every form." };
        var stay = new Option<bool>("--stay") { Description = "Keep everything up until Ctrl+C, for other commands." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        rows.Validators.Add(r => Require(
            r.GetValueOrDefault<long?>() is null or (>= 100 and <= 1_000_000_000), r,
            "--rows must be from 100 to 1,000,000,000."));
        districts.Validators.Add(r => Require(
            r.GetValueOrDefault<int>() is >= 1 and <= 500, r, "--districts must be from 1 to 500."));
        corrupt.Validators.Add(r => Require(
            r.GetValueOrDefault<int>() is >= 0 and <= 1_000, r, "--corrupt must be from 0 to 1,000."));
        var command = new Command(
            "demo", "Migrate a generated legacy school database into PostgreSQL, and show the account.")
        {
            scenario, rows, seed, districts, mode, verify, corrupt, repair, report, stay, json,
        };
        command.Validators.Add(r => Require(
            r.GetResult(mode) is not { Implicit: false } given || given.GetValueOrDefault<RunMode>() != RunMode.DryRun
                || r.GetResult(verify) is null, r, "A dry run leaves nothing behind that could be compared."));
        command.Validators.Add(r => Require(
            r.GetResult(verify) is not null
                || (r.GetResult(corrupt) is not { Implicit: false } && r.GetResult(repair) is not { Implicit: false }),
            r, "--corrupt and --repair need --verify."));
        command.SetAction((parsed, cancellationToken) =>
        {
            var what = EnumOption.Get<DemoScenario>(parsed, scenario) ?? DemoScenario.School;
            var options = new DemoOptions(
                what, parsed.GetValue(rows) ?? DemoOptions.DefaultRows(what), parsed.GetValue(seed),
                parsed.GetValue(districts), parsed.GetValue(mode), EnumOption.Get<ReconciliationDepth>(parsed, verify),
                parsed.GetValue(corrupt), parsed.GetValue(repair), parsed.GetValue(report), parsed.GetValue(stay),
                parsed.GetValue(json));
            return new DemoRun(services, options).RunAsync(cancellationToken);
        });
        return command;
    }

    static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    static void Require(bool holds, SymbolResult result, string message)
    {
        if (!holds)
            result.AddError(message);
    }
}
