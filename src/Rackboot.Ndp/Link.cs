using System.Net;

namespace Rackboot.Ndp;

/// <summary>An interface and the address on it that messages leave from.</summary>
/// <param name="Device">The interface's name.</param>
/// <param name="Index">Its number.</param>
/// <param name="Address">Link-local (RFC 4861 §4.2), without a scope.</param>
public sealed record Link(string Device, int Index, IPAddress Address);
