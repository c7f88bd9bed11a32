using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>How tenants' keys are compared: text needs a collation, and nothing else has one.</summary>
static class TenantComparisonRules
{
    public static void Check(ProblemCollector problems, TenantSource tenants)
    {
        if (tenants.CompareAs == TenantComparison.Text && tenants.Collation is null)
            problems.Add(ErrorCodes.TenantCollation, "$.tenants.collation", "Keys are compared as text, but by no collation.",
                "Name the collation of SQL Server that decides, for example Latin1_General_100_CI_AS.");
        else if (tenants.CompareAs != TenantComparison.Text && tenants.Collation is not null)
            problems.Add(ErrorCodes.TenantCollation, "$.tenants.collation", "A collation is for keys that are compared as text.",
                "Set compareAs to text, or remove the collation.");
        else if (tenants.Collation is { } name && !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            problems.Add(ErrorCodes.TenantCollation, "$.tenants.collation", $"{Quoted.Text(name)} is no name of a collation.",
                "Use a name that SELECT name FROM sys.fn_helpcollations() lists.");
    }
}
