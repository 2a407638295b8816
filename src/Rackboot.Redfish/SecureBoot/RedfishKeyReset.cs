namespace Rackboot.Redfish;

/// <summary>What to do with the UEFI Secure Boot keys (SecureBoot schema, ResetKeysType).</summary>
public enum RedfishKeyReset
{
    ResetAllKeysToDefault,

    /// <summary>Every key: the machine is then in setup mode and takes new ones.</summary>
    DeleteAllKeys,

    /// <summary>The platform key alone: setup mode, with the databases kept.</summary>
    DeletePK,
}
