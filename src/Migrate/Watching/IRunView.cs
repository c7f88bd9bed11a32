using Migrate.Client;
using MigrationFunctions.Contracts;

namespace Migrate.Watching;

/// <summary>Shows somebody how a run gets on.</summary>
interface IRunView
{
    void Show(MigrationStatus run);

    /// <summary>The service does not answer for now; the run may well go on.</summary>
    void ShowLost(ServiceException failure);
}
