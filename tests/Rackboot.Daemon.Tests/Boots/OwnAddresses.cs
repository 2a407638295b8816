using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.Tests.Boots;

/// <summary>Boot addresses that a test sets, and a clock that it moves.</summary>
internal sealed class OwnAddresses : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rb-addresses-");
    private readonly SqliteStore _store;
    private IReadOnlyList<BootAddress> _now;

    public OwnAddresses(IReadOnlyList<string> interfaces, params BootAddress[] addresses)
    {
        _now = addresses;
        _store = SqliteStore.Open(Path.Combine(_folder.FullName, "store.db"), NullLogger<SqliteStore>.Instance);
        Events = new EventLog(_store, Clock, NullLogger<EventLog>.Instance);
        Own = new BootAddresses(interfaces, Events, Clock, _ => _now);
    }

    public TimerClock Clock { get; } = new();

    public EventLog Events { get; }

    public BootAddresses Own { get; }

    public static BootAddress On(string device, string address, int index = 2) =>
        new(device, index, IPAddress.Parse(address), IPNetwork.Parse("127.0.0.0/8"));

    /// <summary>The kernel has other addresses, and says so.</summary>
    public void Become(params BootAddress[] addresses)
    {
        BecomeUnsaid(addresses);
        Own.Hint(null, EventArgs.Empty);
    }

    /// <summary>The kernel has other addresses, and its notice got lost.</summary>
    public void BecomeUnsaid(params BootAddress[] addresses) => _now = addresses;

    public void PassSettling() => Clock.Pass(TimeSpan.FromMilliseconds(250));

    public async Task<RackEvent> LastEventAsync()
    {
        var mark = Guid.NewGuid().ToString();
        Events.Add("test", Level.Info, null, null, mark);
        RackEvent? last = null;
        await foreach (var e in Events.FollowAsync(0, CancellationToken.None))
            if (e.Text == mark)
                break;
            else if (e.Kind != "test")
                last = e;
        return last ?? throw new InvalidOperationException("there is no event");
    }

    public async ValueTask DisposeAsync()
    {
        Own.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
