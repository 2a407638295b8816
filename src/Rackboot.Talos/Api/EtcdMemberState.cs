namespace Rackboot.Talos.Api;

/// <summary>A member of etcd.</summary>
/// <param name="Hostname">Empty until it has started.</param>
/// <param name="IsLearner">It takes part in no vote yet.</param>
public sealed record EtcdMemberState(ulong Id, string Hostname, IReadOnlyList<string> PeerUrls, IReadOnlyList<string> ClientUrls,
    bool IsLearner);
