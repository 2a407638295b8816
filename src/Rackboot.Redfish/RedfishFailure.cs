namespace Rackboot.Redfish;

/// <summary>Why a Redfish service could not be asked.</summary>
public enum RedfishFailure
{
    /// <summary>No connection, or no answer within the time allowed.</summary>
    NoAnswer,

    /// <summary>User name or password refused. Never tried again by itself.</summary>
    WrongCredential,

    /// <summary>The account exists but may not do this.</summary>
    InsufficientPrivilege,

    /// <summary>The service has no session free.</summary>
    NoFreeSession,

    /// <summary>The certificate is not the one that was pinned, or not signed by the given CA.</summary>
    WrongCertificate,

    /// <summary>The service is busy or starting, and stayed so for the time allowed.</summary>
    Busy,

    /// <summary>The service does not offer what was asked for.</summary>
    NotSupported,

    /// <summary>The service refused the request.</summary>
    Refused,

    /// <summary>The answer is not what Redfish says it is: not JSON, too large, too deep, cut off, or a redirect elsewhere.</summary>
    BadAnswer,
}
