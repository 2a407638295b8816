namespace Rackboot.Core.Profiles;

/// <summary>When machines of a profile get their machine configuration.</summary>
public enum ConfigurationRelease
{
    /// <summary>While the machine is armed.</summary>
    Armed,

    /// <summary>In every boot: for machines without disks.</summary>
    Always,
}
