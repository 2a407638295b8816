namespace Rackboot.Core.Boot;

/// <summary>What an unknown machine gets.</summary>
public enum UnknownMachines
{
    /// <summary>No answer; it is only recorded.</summary>
    Ignore,

    /// <summary>An address, and a script that shows its identity and waits.</summary>
    Discover,

    /// <summary>The profile that the policy names.</summary>
    Boot,
}
