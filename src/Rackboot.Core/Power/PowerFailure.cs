namespace Rackboot.Core.Power;

/// <summary>Why a machine could not be switched or asked.</summary>
public enum PowerFailure
{
    /// <summary>The BMC does not answer.</summary>
    NoAnswer,

    /// <summary>User name or password refused; never tried again by itself.</summary>
    WrongCredential,

    /// <summary>The BMC said no, or did something else than it was asked for.</summary>
    Refused,

    /// <summary>The driver, or this BMC, cannot do that.</summary>
    NotSupported,

    /// <summary>The answer cannot be understood.</summary>
    BadAnswer,

    /// <summary>It did not come to be what was asked within the time allowed.</summary>
    TooSlow,

    /// <summary>The machine's document lacks something, or automation has stopped for this BMC.</summary>
    Misconfigured,
}
