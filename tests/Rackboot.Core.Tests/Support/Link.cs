using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Tests.Support;

/// <summary>The link of <see cref="Rack.Device"/>: who answers for which address.</summary>
internal sealed class Link : Dictionary<IPAddress, MacAddress>, INeighbours
{
    public MacAddress? At(IPAddress address, string device) => device == Rack.Device && TryGetValue(address, out var mac) ? mac : null;
}
