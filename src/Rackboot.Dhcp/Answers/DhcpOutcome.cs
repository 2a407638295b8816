using System.Net;

namespace Rackboot.Dhcp;

/// <summary>What a message leads to.</summary>
/// <param name="Reply">To send, once <paramref name="Commit"/> is durable.</param>
/// <param name="Commit">A lease that must be durable first.</param>
/// <param name="Ended">The lease that <paramref name="Commit"/> takes the place of, to be committed with it.</param>
/// <param name="Probe">An address to probe first; then the message is to be handled again.</param>
/// <param name="Before">What was decided of the address of <paramref name="Commit"/> before.</param>
/// <param name="EndedBefore">What was decided of the address of <paramref name="Ended"/> before.</param>
/// <param name="IsReserved">Whether its address is reserved for the client: nobody else gets it, stored or not.</param>
internal readonly record struct DhcpOutcome(
    DhcpReply? Reply, Lease? Commit = null, Lease? Ended = null, IPAddress? Probe = null, PackedLease Before = default,
    PackedLease EndedBefore = default, bool IsReserved = false);
