namespace LocalSqlServer.SchoolDatabase;

/// <summary>How rows are shared out among the districts; what rounding leaves goes to the first.</summary>
public enum DistrictSizes
{
    /// <summary>Weights 6, 3, 1, 1, ...: three districts share 60, 30 and 10%.</summary>
    Falling,

    /// <summary>All alike.</summary>
    Even,

    /// <summary>The first has half of all rows, the others share the rest alike.</summary>
    HalfInOne,
}
