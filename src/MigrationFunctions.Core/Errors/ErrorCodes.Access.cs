namespace MigrationFunctions.Core.Errors;

/// <summary>MIG602x: who may call the service, and how often.</summary>
public static partial class ErrorCodes
{
    /// <summary>An HTTP function does not say who may call it.</summary>
    public const string FunctionWithoutRole = "MIG6020";

    /// <summary>A call carries no Microsoft Entra principal where one is needed.</summary>
    public const string PrincipalMissing = "MIG6021";

    /// <summary>The principal of a call cannot be read.</summary>
    public const string PrincipalUnreadable = "MIG6022";

    /// <summary>The caller lacks the app role that the call needs.</summary>
    public const string RoleMissing = "MIG6023";

    /// <summary>Roles are asked for, but App Service authentication is off, so that nobody vouches for them.</summary>
    public const string AuthenticationNotEnforced = "MIG6024";

    /// <summary>A setting has a value that is not possible.</summary>
    public const string SettingInvalid = "MIG6025";

    /// <summary>The body of a request is larger than the service takes.</summary>
    public const string RequestTooLarge = "MIG6026";

    /// <summary>A caller asks more often than the service lets one caller ask.</summary>
    public const string TooManyRequests = "MIG6027";

    /// <summary>A request that breaks the rules of HTTP.</summary>
    public const string RequestMalformed = "MIG6028";

    /// <summary>The service failed in a way that nobody foresaw; its log has more under the trace id.</summary>
    public const string ServiceFault = "MIG6029";
}
