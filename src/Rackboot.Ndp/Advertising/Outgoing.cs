using System.Net;

namespace Rackboot.Ndp;

/// <summary>A message to send now.</summary>
/// <param name="IsSolicitation">A router solicitation; otherwise the advertisement.</param>
internal readonly record struct Outgoing(bool IsSolicitation, IPAddress Destination);
