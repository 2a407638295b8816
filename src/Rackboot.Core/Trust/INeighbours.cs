using System.Net;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Trust;

/// <summary>What the link says: behind which hardware address a neighbour is.</summary>
public interface INeighbours
{
    /// <summary>The hardware address that <paramref name="address"/> resolves to on the interface <paramref name="device"/>; null if that
    /// is not known.</summary>
    MacAddress? At(IPAddress address, string device);
}
