using System.Net;

namespace Rackboot.Ndp;

/// <summary>A prefix that a router tells of (RFC 4861 §4.6.2).</summary>
/// <param name="Prefix">Bits after <paramref name="PrefixLength"/> mean nothing.</param>
/// <param name="PrefixLength">0 to 128.</param>
/// <param name="OnLink">Its addresses are reached without a router (L).</param>
/// <param name="Autonomous">Hosts make themselves addresses of it (A).</param>
/// <param name="ValidLifetime">In seconds; <see cref="uint.MaxValue"/> is for ever.</param>
/// <param name="PreferredLifetime">In seconds; <see cref="uint.MaxValue"/> is for ever.</param>
public sealed record PrefixInformation(
    IPAddress Prefix, int PrefixLength, bool OnLink, bool Autonomous, uint ValidLifetime, uint PreferredLifetime);
