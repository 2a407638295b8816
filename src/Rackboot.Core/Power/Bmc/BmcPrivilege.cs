namespace Rackboot.Core.Power.Bmc;

/// <summary>IPMI privilege levels, as the operator names them.</summary>
public enum BmcPrivilege
{
    User,
    Operator,
    Administrator,
}
