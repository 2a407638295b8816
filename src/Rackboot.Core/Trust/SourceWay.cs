namespace Rackboot.Core.Trust;

/// <summary>How a request came here.</summary>
public enum SourceWay
{
    /// <summary>From an address in no served subnet.</summary>
    Elsewhere,

    /// <summary>From an address of a served subnet, over an interface that this subnet is not on.</summary>
    WrongInterface,

    /// <summary>From a neighbour on the interface of its subnet.</summary>
    OnLink,

    /// <summary>From a served subnet that is on no interface here: routed, as machines behind a DHCP relay are.</summary>
    Relayed,
}
