namespace Rackboot.Ipmi;

/// <summary>Privilege levels (IPMI 2.0 §6.8).</summary>
public enum IpmiPrivilege : byte
{
    Callback = 1,

    /// <summary>May read.</summary>
    User = 2,

    /// <summary>May switch power and boot device.</summary>
    Operator = 3,

    /// <summary>May configure the BMC.</summary>
    Administrator = 4,
}
