namespace MigrationFunctions.Core.Errors;

/// <summary>One thing that is wrong, where it is, and what to do about it. Problems are data: they are collected and
/// shown all at once, never thrown one by one.</summary>
/// <param name="Code">Stable code, <c>MIG1xxx</c> manifest, <c>2xxx</c> plan, <c>3xxx</c> source, <c>4xxx</c> target,
/// <c>5xxx</c> reconciliation, <c>6xxx</c> service. The list stands in <c>docs/errors.md</c>.</param>
/// <param name="Place">File and JSON path, table and column, or setting name: <c>school-district.json
/// $.entities[0].name</c>.</param>
/// <param name="Message">What is wrong, with the offending name or value. Never holds a secret or a person's
/// data.</param>
/// <param name="Remedy">What to do, as an imperative sentence.</param>
/// <param name="Severity">Errors stop a start; warnings are shown.</param>
public sealed record Problem(
    string Code, string Place, string Message, string Remedy, ProblemSeverity Severity = ProblemSeverity.Error)
{
    /// <summary>The problem as one line: <c>MIG1004 place: message Remedy</c>.</summary>
    public override string ToString() => $"{Code} {Place}: {Message} {Remedy}";
}

/// <summary>Whether a <see cref="Problem"/> stops a start.</summary>
public enum ProblemSeverity
{
    /// <summary>Nothing is started while one of these stands.</summary>
    Error,

    /// <summary>Shown; the operator decides.</summary>
    Warning,
}
