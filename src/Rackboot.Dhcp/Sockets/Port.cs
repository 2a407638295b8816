namespace Rackboot.Dhcp;

/// <summary>A port of the server on one interface, as long as the interface is there.</summary>
internal sealed class Port(InterfaceSocket socket, Interface on, ArpProbe? arp, bool isProxyPort) : IDisposable
{
    private volatile Interface _interface = on;
    private volatile bool _closed;

    public InterfaceSocket Socket => socket;

    public ArpProbe? Arp => arp;

    public bool IsProxyPort => isProxyPort;

    public bool IsClosed => _closed;

    /// <summary>The interface with the addresses that it has now.</summary>
    public Interface Interface
    {
        get => _interface;
        set => _interface = value;
    }

    public void Dispose()
    {
        _closed = true;
        socket.Dispose();
        arp?.Dispose();
    }
}
