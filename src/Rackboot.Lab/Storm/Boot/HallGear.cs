using System.Net;
using Rackboot.Lab.Storm.Hall;
using Rackboot.Lab.Storm.Tftp;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>What all machines of a hall share.</summary>
/// <param name="Files">What each boot file must be, by its name in the asset store.</param>
internal sealed record HallGear(
    HallSockets Sockets, HallCable Cable, TftpClients Tftp, IPAddress Server, IReadOnlyDictionary<string, byte[]> Files);
