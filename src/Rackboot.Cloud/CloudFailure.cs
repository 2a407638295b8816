namespace Rackboot.Cloud;

/// <summary>Why a provider did not do what was asked.</summary>
public enum CloudFailure
{
    /// <summary>No answer came, or the connection broke.</summary>
    NoAnswer,

    /// <summary>The provider has a trouble of its own (5xx).</summary>
    Broken,

    /// <summary>The answer cannot be understood.</summary>
    BadAnswer,

    /// <summary>The login is refused.</summary>
    WrongLogin,

    /// <summary>The login may not do that.</summary>
    Forbidden,
    NotFound,

    /// <summary>There is none left of what was asked for.</summary>
    SoldOut,

    /// <summary>The account may have no more.</summary>
    Quota,

    /// <summary>Too many requests.</summary>
    Busy,

    /// <summary>Not in the state that the server is in.</summary>
    WrongState,

    /// <summary>The provider says that the request is wrong.</summary>
    Rejected,

    /// <summary>The provider, or what is built of it here, has no such thing.</summary>
    NotSupported,

    /// <summary>The operator's document lacks something.</summary>
    Misconfigured,
}
