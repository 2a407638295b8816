using System.Globalization;
using System.Net;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A port on every current address of the boot interfaces.</summary>
internal sealed class BootEndPoint(BootAddresses own, int port) : EndPoint
{
    public BootAddresses Own => own;

    public int Port => port;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"boot-interfaces:{port}");
}
