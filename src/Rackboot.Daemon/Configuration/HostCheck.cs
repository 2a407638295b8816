using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Core.Assets;
using Rackboot.Daemon.Management.Https;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>Checks a configuration against this host: interfaces, addresses, ports, files.</summary>
internal sealed class HostCheck
{
    private readonly string _file;
    private readonly RackbootConfiguration _configuration;
    private readonly IReadOnlyList<NetworkInterface> _interfaces = NetworkInterface.GetAllNetworkInterfaces();
    private readonly List<ConfigurationError> _errors = [];
    private readonly List<ConfigurationError> _warnings = [];

    private HostCheck(string file, RackbootConfiguration configuration) => (_file, _configuration) = (file, configuration);

    /// <summary>Everything.</summary>
    public static ConfigurationCheck Of(string file, RackbootConfiguration configuration)
    {
        var check = new HostCheck(file, configuration);
        check.Interfaces();
        check.Addresses();
        check.Ports();
        check.Files();
        check.Certificate();
        return new ConfigurationCheck(check._errors, check._warnings);
    }

    private void Interfaces()
    {
        var there = _interfaces.Select(i => i.Name).Order().ToList();
        for (var i = 0; i < _configuration.Interfaces.Count; i++)
            if (!there.Contains(_configuration.Interfaces[i]))
                Add(_errors, $"boot.interfaces[{i}]",
                    $"this host has no network interface {_configuration.Interfaces[i]}; it has: {string.Join(", ", there)}");
    }

    private void Addresses()
    {
        var own = _interfaces.SelectMany(i => i.GetIPProperties().UnicastAddresses, (i, a) => (i.Name, a.Address))
            .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork).ToList();
        foreach (var name in _configuration.Interfaces.Where(n => _interfaces.Any(i => i.Name == n) && !own.Exists(a => a.Name == n)))
            Add(_errors, $"boot.interfaces[{_configuration.Interfaces.ToList().IndexOf(name)}]",
                $"{name} has no IPv4 address, so machines cannot reach this appliance; give it one, like: "
                    + $"ip address add 10.20.0.1/24 dev {name}");
        foreach (var (subnet, place) in _configuration.Subnets.Zip(_configuration.SubnetPlaces).Where(s => s.First.Mode != SubnetMode.Off))
        {
            foreach (var (name, address) in own.Where(a => IsIn(subnet.Range, a.Address)))
                Add(_errors, $"{place}.range",
                    $"this host's own address {address} ({name}) is in the range; begin the range after it, or end it before");
            if (!own.Exists(a => _configuration.Interfaces.Contains(a.Name) && subnet.Network.Contains(a.Address)))
                Add(_warnings, $"{place}.subnet",
                    $"no boot interface has an address in {subnet.Network}: only machines behind a DHCP relay are served there; "
                    + "if the rack is on link, give the interface an address of the subnet");
        }
    }

    private void Ports()
    {
        var served = _configuration.Subnets.Any(s => s.Mode != SubnetMode.Off);
        List<(string Setting, ProtocolType Protocol, int Port)> ports =
        [
            ("boot.http", ProtocolType.Tcp, _configuration.HttpPort), ("boot.tftp", ProtocolType.Udp, _configuration.TftpPort),
            ("boot.logs", ProtocolType.Tcp, _configuration.LogPort), ("boot.events", ProtocolType.Tcp, _configuration.EventPort),
            .. served ? [("", ProtocolType.Udp, 67), ("", ProtocolType.Udp, 4011)] : Array.Empty<(string, ProtocolType, int)>(),
        ];
        var there = _configuration.Interfaces.Where(n => _interfaces.Any(i => i.Name == n)).ToList();
        foreach (var (setting, protocol, port) in ports.Where(p => p.Port != 0))
            foreach (var device in there.Where(device => PortUsers.IsTaken(protocol, port, device)))
                AddTaken(setting, protocol, port, $"on {device}");
        foreach (var (setting, listen) in (ReadOnlySpan<(string, IPEndPoint?)>)
            [("management.https.listen", _configuration.Https?.Listen), ("management.metrics", _configuration.Metrics)])
            if (listen is not null && PortUsers.IsTaken(listen))
                AddTaken(setting, ProtocolType.Tcp, listen.Port, $"at {listen.Address}");
    }

    private void AddTaken(string setting, ProtocolType protocol, int port, string where)
    {
        var users = PortUsers.Of("/proc", protocol, port);
        if (users.Count > 0 && users.All(u => u.Program == "rackbootd"))
            return; // the daemon itself, whose configuration this may be
        var who = users.Count == 0 ? "another program" : string.Join(" and ", users.Select(u => $"{u.Program} (process {u.Process})"));
        Add(_errors, setting.Length > 0 ? setting : "boot.interfaces",
            $"{protocol.ToString().ToUpperInvariant()} port {port} {where} is used by {who}; stop it"
            + (setting.Length > 0 ? $", or set another {setting}" : ": only one DHCP server can serve an interface of a host"));
    }

    private void Files()
    {
        if (UnwritablePart(_configuration.Data) is { } at)
            Add(_errors, "data",
                $"{at} is not a writable directory: it is a file, read-only, or another user's; fix that, or set another data");
        if (!DistributionAssets.AnyIn(_configuration.IpxeDirectory))
            Add(_warnings, "boot.ipxe",
                $"{_configuration.IpxeDirectory} has no iPXE binary; machines cannot boot beyond their firmware; install one: "
                + "apt-get install ipxe, or rackboot asset import --ipxe amd64 FILE");
    }

    private void Certificate()
    {
        if (_configuration.Https is not { Certificate: { } certificate, Key: { } key })
            return;
        try
        {
            using var loaded = CertificateFiles.Load(certificate, key).Certificate;
            if (loaded.NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow().UtcDateTime)
                Add(_errors, "management.https.certificate",
                    $"the certificate in {certificate} ended on {loaded.NotAfter:yyyy-MM-dd}; put a new one there");
        }
        catch (InvalidDataException e)
        {
            Add(_errors, "management.https.certificate", e.Message);
        }
    }

    private static bool IsIn(AddressRange? range, IPAddress address) =>
        range is { } r && DhcpMessage.ToNumber(address) is var n && n >= DhcpMessage.ToNumber(r.First) && n <= DhcpMessage.ToNumber(r.Last);

    // The directory, or the nearest one above it that exists.
    private static string? UnwritablePart(string directory)
    {
        var at = directory;
        while (!Path.Exists(at) && Path.GetDirectoryName(at) is { } above)
            at = above;
        return LinuxCalls.CanHoldFiles(at) ? null : at;
    }

    private void Add(List<ConfigurationError> to, string path, string message)
    {
        var line = _configuration.Lines.Of(path);
        if (path.StartsWith("boot.interfaces[", StringComparison.Ordinal))
            path = "boot.interfaces";
        to.Add(new ConfigurationError(_file, line, path, message));
    }
}
