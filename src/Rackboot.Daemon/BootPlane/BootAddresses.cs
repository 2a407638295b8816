using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Core.Events;

namespace Rackboot.Daemon.BootPlane;

/// <summary>The addresses at which the boot network finds the appliance: those that its interfaces have when it starts. Later ones take a restart, and
/// that is said aloud, before somebody looks for the reason why a rack does not boot.</summary>
internal sealed class BootAddresses : IDisposable
{
    private readonly IReadOnlyList<string> _interfaces;
    private readonly EventLog _events;
    private readonly Lock _lock = new();
    private IReadOnlyList<IPAddress> _known;

    public BootAddresses(IReadOnlyList<string> interfaces, EventLog events)
    {
        (_interfaces, _events) = (interfaces, events);
        _known = Served = Now();
        NetworkChange.NetworkAddressChanged += Look;
    }

    public IReadOnlyList<IPAddress> Served { get; }

    public void Dispose() => NetworkChange.NetworkAddressChanged -= Look;

    private void Look(object? sender, EventArgs e)
    {
        lock (_lock)
        {
            var now = Now();
            if (now.SequenceEqual(_known))
                return;
            _known = now;
            var (names, addresses) = (string.Join(", ", _interfaces), string.Join(", ", now));
            if (now.SequenceEqual(Served))
                _events.Add("network.restored", Level.Info, null, null, $"{names} has the addresses again that this daemon serves: {addresses}");
            else
                _events.Add("network.changed", Level.Warning, null, null,
                    $"the addresses of {names} are now {(now.Count == 0 ? "none" : addresses)}; this daemon goes on serving {string.Join(", ", Served)} until it is restarted: systemctl restart rackbootd");
        }
    }

    private List<IPAddress> Now() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().Where(i => _interfaces.Contains(i.Name))
            .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).Where(a => a.AddressFamily == AddressFamily.InterNetwork)];
}
