namespace Rackboot.Core.Trust;

/// <summary>How far a request is believed. Each level has what the ones before it have.</summary>
public enum TrustLevel
{
    /// <summary>Not believed: it gets the waiting script, or is sent to its disk, and nothing is noted of it.</summary>
    Stranger,

    /// <summary>Nothing speaks against it: it may boot what holds no secret; nothing is noted of it.</summary>
    Plausible,

    /// <summary>It is the machine that it says it is: what it shows is noted.</summary>
    Itself,

    /// <summary>And its machine configuration is released to it.</summary>
    Released,
}
