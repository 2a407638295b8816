namespace Rackboot.Ipmi;

/// <summary>What the machine does when its mains come back (IPMI 2.0 §28.2).</summary>
public enum PowerRestorePolicy
{
    StaysOff = 0,
    AsBefore = 1,
    PowersUp = 2,
    Unknown = 3,
}
