namespace MigrationFunctions.Connections;

/// <summary>A configuration provider that can say in words where its settings stand.</summary>
public interface ISettingsSource
{
    /// <summary>For people: <c>file local.settings.json</c>. Never a setting's value.</summary>
    string Origin { get; }
}
