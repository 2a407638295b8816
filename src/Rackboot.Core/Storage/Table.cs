namespace Rackboot.Core.Storage;

/// <summary>The tables of the store. A document's key says where in its table it stands; keys sort by their bytes.</summary>
public enum Table
{
    /// <summary>By machine id: name and what the operator said.</summary>
    Machines,

    /// <summary>By machine id: what was seen of it.</summary>
    Observations,

    /// <summary>By machine id: its Talos machine configuration; encrypted.</summary>
    MachineConfigs,

    /// <summary>By name.</summary>
    Profiles,

    /// <summary>By name.</summary>
    Assets,

    /// <summary>By address.</summary>
    Leases,

    /// <summary>By boot id, which sorts by time.</summary>
    Boots,

    /// <summary>By boot id, a slash and the entry's number.</summary>
    Timelines,

    /// <summary>By number.</summary>
    Events,

    /// <summary>By name; encrypted.</summary>
    Credentials,

    /// <summary>By what a BMC is reached by: what must be known of it after a restart.</summary>
    Bmcs,

    /// <summary>By reference: a container image of the mirror.</summary>
    Images,

    /// <summary>By id: a bundle that was imported.</summary>
    Bundles,

    /// <summary>By name: what the store notes of itself, such as the key it is encrypted with.</summary>
    Marks,

    /// <summary>By machine id: whether it is to be provisioned, and whether it was.</summary>
    Provisioning,

    /// <summary>By name.</summary>
    Clusters,

    /// <summary>By cluster: talosctl's <c>secrets.yaml</c>.</summary>
    ClusterSecrets,

    /// <summary>By cluster: what must be known of it after a restart.</summary>
    ClusterMemories,

    /// <summary>By profile: the token that its machines join Omni with; encrypted.</summary>
    JoinTokens,

    /// <summary>By name: an account at a provider of servers.</summary>
    Providers,

    /// <summary>By machine id: what was bought for it, or is being bought.</summary>
    Placements,

    /// <summary>By id, which sorts by time: what was asked to be done to machines.</summary>
    Operations,

    /// <summary>By operation id, a slash and the machine id.</summary>
    OperationSteps,

    /// <summary>By name: who may come in over the network; only hashes of tokens.</summary>
    Tokens,

    /// <summary>By number: who did what.</summary>
    Audit,

    /// <summary>By what it is for: a certificate that the appliance made for itself, and its private key; encrypted.</summary>
    Certificates,
}
