namespace Rackboot.Talos.Api;

/// <summary>The status that an etcd member reports.</summary>
/// <param name="LeaderId">0 if it knows no leader.</param>
/// <param name="DatabaseBytes">Size of its database.</param>
public sealed record EtcdMemberHealth(ulong MemberId, ulong LeaderId, long DatabaseBytes, bool IsLearner, IReadOnlyList<string> Errors);
