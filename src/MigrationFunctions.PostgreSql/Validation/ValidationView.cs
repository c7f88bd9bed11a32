using System.Security.Cryptography;
using System.Text;

namespace MigrationFunctions.PostgreSql.Validation;

/// <summary>A view of schema <c>validation</c>.</summary>
/// <param name="Owner">The manifest that it is made of; null for a view of all manifests.</param>
/// <param name="Name">As it is called unless another manifest's view has the name.</param>
/// <param name="Query">Its SELECT. It names the tenant of <c>app.tenant_id</c>, so that the auditor sees that tenant's rows
/// whichever identity owns the view.</param>
sealed record ValidationView(string? Owner, string Name, string Query)
{
    const int MaxBytes = 63;
    const int HashDigits = 8;

    /// <summary>Its name where another manifest has taken <see cref="Name"/>.</summary>
    public string QualifiedName => Fit($"{Owner?.Replace('-', '_')}_", Name);

    /// <summary>What is kept as the view's comment: whose it is, and what it was made from.</summary>
    public string Comment => $"{OwnerComment(Owner)} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Query)))}";

    public static string OwnerComment(string? owner) =>
        owner is null ? "migration, all manifests:" : $"migration, manifest {owner}:";

    /// <summary>A name with an ending that PostgreSQL does not cut off: of a longer one the beginning and a hash are
    /// kept.</summary>
    public static string Fit(string name, string ending)
    {
        if (name.Length + ending.Length <= MaxBytes)
            return name + ending;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name + ending)))[..HashDigits];
        var kept = Math.Max(0, MaxBytes - ending.Length - HashDigits - 1);
        return ending.Length >= MaxBytes - HashDigits - 1
            ? $"{hash}_{ending[^(MaxBytes - HashDigits - 1)..]}"
            : $"{name[..Math.Min(kept, name.Length)]}_{hash}{ending}";
    }
}
