using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Core.Events;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Boots;

/// <summary>The current addresses of the boot interfaces. They change at run time
/// (a cable is moved, an interface comes up late, a bond is recreated); servers follow <see cref="Changed"/>.</summary>
internal sealed class BootAddresses : IDisposable
{
    // A network that is reconfigured changes several times in a moment.
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(250);

    // For lost notices of the kernel, and to retry failed servers.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<string> _interfaces;
    private readonly EventLog _events;
    private readonly Func<IReadOnlyList<string>, IReadOnlyList<BootAddress>> _read;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _troubles = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<BootAddress> _served;
    private int _hinted;

    /// <param name="interfaces">The boot interfaces' names.</param>
    /// <param name="read">Reads their addresses; null asks the kernel.</param>
    public BootAddresses(
        IReadOnlyList<string> interfaces,
        EventLog events,
        TimeProvider time,
        Func<IReadOnlyList<string>, IReadOnlyList<BootAddress>>? read = null)
    {
        (_interfaces, _events, _read) = (interfaces, events, read ?? Read);
        _served = _read(interfaces);
        Primary = _served is [var first, ..] ? first.Address : IPAddress.Loopback;
        foreach (var absence in Absences())
            events.Add("network.absent", Level.Warning, null, null, absence);
        _timer = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
        NetworkChange.NetworkAddressChanged += Hint;
    }

    /// <summary><see cref="Served"/> changed, or a failed server is to be retried. Raised one at a time.</summary>
    public event Action? Changed;

    /// <summary><see cref="Problems"/> changed.</summary>
    public event Action? ProblemsChanged;

    /// <summary>The configured interfaces, existing or not.</summary>
    public IReadOnlyList<string> Interfaces => _interfaces;

    /// <summary>The addresses now, in the order of the configured interfaces.</summary>
    public IReadOnlyList<BootAddress> Served => _served;

    /// <summary>The address for machines that need one before their first request. It stays while this address exists, and
    /// while there is no address at all.</summary>
    public IPAddress Primary { get; private set; }

    /// <summary>Interfaces without an address, and failed servers.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_lock)
                return [.. Absences(), .. _troubles.Values];
        }
    }

    /// <summary>Sets the reason why a server failed; null: it works.</summary>
    /// <param name="what">The key of the server.</param>
    public void Report(string what, string? trouble)
    {
        lock (_lock)
        {
            if (_troubles.GetValueOrDefault(what) == trouble)
                return;
            if (trouble is null)
                _troubles.Remove(what);
            else
                _troubles[what] = trouble;
        }

        if (trouble is not null)
            _events.Add("network.trouble", Level.Error, null, null, trouble);
        ProblemsChanged?.Invoke();
    }

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= Hint;
        _timer.Dispose();
    }

    /// <summary>Looks soon, once for any number of hints.</summary>
    internal void Hint(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref _hinted, 1) == 0)
            _timer.Change(Settled, LookEvery);
    }

    private void Look()
    {
        lock (_timer)
        {
            _hinted = 0;
            var (before, now) = (_served, _read(_interfaces));
            var isSame = now.SequenceEqual(before);
            lock (_lock)
                if (isSame && _troubles.Count == 0)
                    return;
            _served = now;
            if (now.Count > 0 && now.All(a => !a.Address.Equals(Primary)))
                Primary = now[0].Address;
            if (!isSame)
                Tell(before, now);
            Changed?.Invoke();
            ProblemsChanged?.Invoke();
        }
    }

    private void Tell(IReadOnlyList<BootAddress> before, IReadOnlyList<BootAddress> now)
    {
        var said = new List<string>();
        foreach (var name in _interfaces)
        {
            var (old, own) = (before.Where(a => a.Device == name).ToList(), now.Where(a => a.Device == name).ToList());
            if (old is [var was, ..] && own is [var become, ..] && was.Index != become.Index)
                said.Add($"{name} was recreated with {string.Join(", ", own)}");
            else if (own.Except(old).ToList() is [_, ..] come)
                said.Add($"{name} gained {string.Join(", ", come)}");
            if (own is [_, ..] && old.Where(a => own.All(o => !o.Address.Equals(a.Address))).ToList() is [_, ..] gone)
                said.Add($"{name} lost {string.Join(", ", gone)}");
        }

        said.AddRange(Absences().Where(_ => before.Any(a => now.All(n => n.Device != a.Device))));
        var served = now.Count == 0 ? "nothing is served" : $"served: {string.Join(", ", now.Select(a => $"{a.Address} on {a.Device}"))}";
        if (said.Count > 0)
            _events.Add(
                "network.changed", Absences().Any() ? Level.Warning : Level.Info, null, null, $"{string.Join("; ", said)}; {served}");
    }

    private IEnumerable<string> Absences() =>
        _interfaces.Where(name => _served.All(a => a.Device != name))
            .Select(name => $"boot interface {name} does not exist or has no IPv4 address, so the appliance does not serve it; "
                + $"see: ip address show dev {name}");

    private static List<BootAddress> Read(IReadOnlyList<string> interfaces)
    {
        var present = NetworkInterface.GetAllNetworkInterfaces();
        return [.. interfaces.SelectMany(name => present.Where(i => i.Name == name)).SelectMany(Addresses)];
    }

    private static IEnumerable<BootAddress> Addresses(NetworkInterface on)
    {
        try
        {
            var properties = on.GetIPProperties();
            var index = properties.GetIPv4Properties().Index;
            return [.. properties.UnicastAddresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(a => new BootAddress(on.Name, index, a.Address, Network(a.Address, a.PrefixLength)))];
        }
        catch (NetworkInformationException)
        {
            return []; // it disappeared meanwhile
        }
    }

    private static IPNetwork Network(IPAddress address, int prefix) =>
        new(DhcpMessage.ToAddress(prefix == 0 ? 0 : DhcpMessage.ToNumber(address) & uint.MaxValue << (32 - prefix)), prefix);
}
