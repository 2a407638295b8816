using System.Net;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Trust;

/// <summary>The neighbour table: the hardware address of a neighbour.</summary>
public interface INeighbours
{
    /// <summary>The hardware address that <paramref name="address"/> resolves to on the interface <paramref name="device"/>; null if that
    /// is not known.</summary>
    MacAddress? At(IPAddress address, string device);
}
