namespace Rackboot.Talos.Api;

/// <summary>A member of etcd.</summary>
/// <param name="Hostname">Empty until the member has started.</param>
/// <param name="IsLearner">Whether the member does not vote yet.</param>
public sealed record EtcdMemberState(ulong Id, string Hostname, IReadOnlyList<string> PeerUrls, IReadOnlyList<string> ClientUrls,
    bool IsLearner);
