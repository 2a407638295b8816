namespace Rackboot.Ipmi;

/// <summary>Why a BMC could not be asked.</summary>
public enum IpmiFailure
{
    /// <summary>No answer within the time allowed.</summary>
    NoAnswer,

    /// <summary>User name or password refused, or the BMC does not know the password we know. Never tried again by itself.</summary>
    WrongCredential,

    /// <summary>The user exists but may not do this.</summary>
    InsufficientPrivilege,

    /// <summary>No cipher suite that both sides allow.</summary>
    NoCommonCipherSuite,

    /// <summary>The BMC has no session free.</summary>
    NoFreeSession,

    /// <summary>The session was ended by the BMC.</summary>
    SessionLost,

    /// <summary>The BMC answered a command with a completion code that means failure.</summary>
    Refused,

    /// <summary>The answer breaks the specification.</summary>
    BadAnswer,
}
