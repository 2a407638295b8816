namespace Rackboot.Core.Trust;

/// <summary>The trust in a request. Each level includes those before it.</summary>
public enum TrustLevel
{
    /// <summary>Not trusted: it gets the waiting script, or boots from its disk, and nothing is recorded.</summary>
    Stranger,

    /// <summary>Plausible: it may boot anything without a secret; nothing is recorded.</summary>
    Plausible,

    /// <summary>Verified as the machine: its observations are recorded.</summary>
    Itself,

    /// <summary>It also gets its machine configuration.</summary>
    Released,
}
