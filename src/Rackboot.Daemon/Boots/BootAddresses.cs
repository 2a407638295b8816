using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Core.Events;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Boots;

/// <summary>The addresses at which the boot network finds the appliance: those that its interfaces have when it starts. Later ones take a
/// restart, and that is said aloud, before somebody looks for the reason why a rack does not boot.</summary>
internal sealed class BootAddresses : IDisposable
{
    private readonly IReadOnlyList<string> _interfaces;
    private readonly EventLog _events;
    private readonly Lock _lock = new();
    private IReadOnlyList<BootAddress> _known;

    public BootAddresses(IReadOnlyList<string> interfaces, EventLog events)
    {
        (_interfaces, _events) = (interfaces, events);
        _known = Served = Now();
        NetworkChange.NetworkAddressChanged += Look;
    }

    public IReadOnlyList<BootAddress> Served { get; }

    public void Dispose() => NetworkChange.NetworkAddressChanged -= Look;

    private void Look(object? sender, EventArgs e)
    {
        lock (_lock)
        {
            var now = Now();
            if (now.SequenceEqual(_known))
                return;
            _known = now;
            var (names, addresses) = (string.Join(", ", _interfaces), string.Join(", ", now.Select(a => a.Address)));
            if (now.SequenceEqual(Served))
                _events.Add(
                    "network.restored", Level.Info, null, null, $"{names} has the addresses again that this daemon serves: {addresses}");
            else
                _events.Add("network.changed", Level.Warning, null, null,
                    $"the addresses of {names} are now {(now.Count == 0 ? "none" : addresses)}; this daemon goes on serving "
                        + $"{string.Join(", ", Served.Select(a => a.Address))} until it is restarted: systemctl restart rackbootd");
        }
    }

    private List<BootAddress> Now() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().Where(i => _interfaces.Contains(i.Name))
            .SelectMany(i => i.GetIPProperties().UnicastAddresses, (i, a) => (i.Name, Of: a))
            .Where(a => a.Of.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(a => new BootAddress(a.Name, a.Of.Address, Network(a.Of.Address, a.Of.PrefixLength)))];

    private static IPNetwork Network(IPAddress address, int prefix) =>
        new(DhcpMessage.ToAddress(prefix == 0 ? 0 : DhcpMessage.ToNumber(address) & uint.MaxValue << (32 - prefix)), prefix);
}
