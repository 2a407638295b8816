using System.Net.Sockets;
using Rackboot.Core.Network;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;
using Rackboot.Ndp;

namespace Rackboot.Daemon.Routers;

/// <summary>Answers router solicitations on links without an IPv6 router: iPXE would wait 15 to 18 s for one.</summary>
internal sealed class RoutersPart : IPart
{
    // Interfaces and their addresses change at run time.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<string> _interfaces;
    private readonly Dictionary<string, RouterReports> _reports;
    private readonly BootLinks _links;
    private readonly TimeProvider _time;

    public RoutersPart(RackbootConfiguration configuration, StorePart store, BootPlanePart bootPlane, TimeProvider time)
    {
        (_interfaces, _time) = (configuration.Interfaces, time);
        _reports = configuration.Interfaces.ToDictionary(i => i, i => new RouterReports(i, store.Events, bootPlane.Counters));
        _links = new BootLinks { Networks = configuration.AdvertisedNetworks };
    }

    public void Measure(MetricsText text)
    {
        text.Metric("rackboot_router_advertising", "gauge", "Whether this appliance answers router solicitations on an interface.");
        foreach (var (device, reports) in _reports)
            text.Sample("rackboot_router_advertising", reports.Advertising ? 1 : 0, ("interface", device));
    }

    public Task RunAsync(CancellationToken cancel) =>
        Together.RunAsync(cancel, _interfaces.Select<string, Func<CancellationToken, Task>>(device => stop => ServeAsync(device, stop)));

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        _links.Networks = changed.AdvertisedNetworks;
        return [];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A changed link is served again, starting with listening.
    private async Task ServeAsync(string device, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(LookEvery, _time);
        var reports = _reports[device];
        Serving? serving = null;
        try
        {
            do
            {
                var link = _links.Find(device, out var hindrance);
                if (serving is not null && (serving.Run.IsCompleted || serving.Link != link))
                {
                    await EndAsync(serving, reports);
                    serving = null;
                }

                if (serving is null && link is not null)
                    serving = Begin(link, reports, cancel);
                else if (hindrance is not null)
                    reports.Hindered(hindrance);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
        finally
        {
            if (serving is not null)
                await EndAsync(serving, reports);
        }
    }

    private Serving Begin(Link link, RouterReports reports, CancellationToken cancel)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        return new Serving(link, stop, new RouterAdvertiser(link, reports, _time).RunAsync(stop.Token));
    }

    private static async Task EndAsync(Serving serving, RouterReports reports)
    {
        using var stop = serving.Stop;
        await stop.CancelAsync();
        try
        {
            await serving.Run;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // The kernel still checks whether another host has the address (RFC 4862 §5.4); the next read finds it ready.
        }
        catch (SocketException e)
        {
            // Usually the interface disappeared: look for it again.
            reports.Dropped(serving.Link.Address, $"network error {e.SocketErrorCode}");
            if (e.SocketErrorCode == SocketError.AccessDenied)
                reports.Hindered("this process may not open a raw socket; it needs CAP_NET_RAW, as in the package's systemd unit");
        }
        catch (OperationCanceledException)
        {
            // It was cancelled.
        }
        catch (Exception e)
        {
            // A bug in this code: machines wait as they would without it, and everything else continues.
            reports.Dropped(serving.Link.Address, $"internal error {e.GetType().Name}");
        }

        reports.Ended();
    }

    private sealed record Serving(Link Link, CancellationTokenSource Stop, Task Run);
}
