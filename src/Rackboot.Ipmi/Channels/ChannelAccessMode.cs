namespace Rackboot.Ipmi;

/// <summary>When a channel can be used (IPMI 2.0 §6.6, table 6-4).</summary>
public enum ChannelAccessMode : byte
{
    Disabled = 0,
    PreBootOnly = 1,
    AlwaysAvailable = 2,
    Shared = 3,
}
