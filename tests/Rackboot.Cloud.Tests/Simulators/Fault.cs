namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>What goes wrong with one request.</summary>
internal enum Fault
{
    None,

    /// <summary>429 with Retry-After; nothing is done.</summary>
    Busy,

    /// <summary>500; nothing is done.</summary>
    Broken,

    /// <summary>500 after it was done.</summary>
    BrokenAfter,

    /// <summary>The request is lost.</summary>
    LostRequest,

    /// <summary>It is done, and the answer is lost.</summary>
    LostAnswer,

    /// <summary>It is done, and what comes back is no JSON.</summary>
    Garbage,

    /// <summary>It is done, and the appliance is killed while it waits for the answer.</summary>
    Killed,

    /// <summary>The appliance is killed before the request leaves.</summary>
    KilledBefore,

    /// <summary>403: the login may not do that.</summary>
    Forbidden,
}
