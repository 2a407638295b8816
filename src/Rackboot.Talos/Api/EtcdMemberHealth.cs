namespace Rackboot.Talos.Api;

/// <summary>What a member of etcd says of itself.</summary>
/// <param name="LeaderId">0 if it knows of no leader.</param>
/// <param name="DatabaseBytes">How big its database is.</param>
public sealed record EtcdMemberHealth(ulong MemberId, ulong LeaderId, long DatabaseBytes, bool IsLearner, IReadOnlyList<string> Errors);
