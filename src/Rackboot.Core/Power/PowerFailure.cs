namespace Rackboot.Core.Power;

/// <summary>Why a power action or a call to a BMC failed.</summary>
public enum PowerFailure
{
    /// <summary>The BMC does not answer.</summary>
    NoAnswer,

    /// <summary>User name or password refused; never retried automatically.</summary>
    WrongCredential,

    /// <summary>The BMC refused, or did something else.</summary>
    Refused,

    /// <summary>The driver, or this BMC, cannot do that.</summary>
    NotSupported,

    /// <summary>The answer cannot be understood.</summary>
    BadAnswer,

    /// <summary>It did not reach the requested state within the time limit.</summary>
    TooSlow,

    /// <summary>The machine's document lacks something, or automation has stopped for this BMC.</summary>
    Misconfigured,
}
