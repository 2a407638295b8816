using System.Net;
using Rackboot.Core.Events;
using Rackboot.Ndp;

namespace Rackboot.Core.Network;

/// <summary>Counts router solicitations and advertisements of a boot interface; it is an event when answering begins or ends.</summary>
public sealed class RouterReports(string device, EventLog events, Counters counters) : IAdvertiserObserver
{
    private volatile bool _advertising;
    private string? _hindrance;

    /// <summary>Whether router solicitations are answered here now.</summary>
    public bool Advertising => _advertising;

    public void Became(AdvertiserState state, IPAddress? router)
    {
        _advertising = state == AdvertiserState.Advertising;
        _hindrance = null;
        events.Add("network.router", Level.Info, null, null, state == AdvertiserState.Advertising
            ? $"{device}: there is no IPv6 router; this appliance answers router solicitations with an "
                + "advertisement that offers nothing, so that iPXE does not wait"
            : $"{device}: IPv6 router {router} sends advertisements; this appliance stops sending its own");
    }

    public void Solicited(IPAddress host) => counters.Add("ra.solicitation");

    public void Advertised(IPAddress destination) =>
        counters.Add(destination.IsIPv6Multicast ? "ra.advertisement to all" : "ra.advertisement to one");

    public void Dropped(IPAddress source, string reason) => counters.Add($"ra.dropped ({reason})");

    /// <summary>From now on it neither answers nor listens.</summary>
    public void Ended() => _advertising = false;

    /// <summary>Answering is impossible.</summary>
    /// <param name="why">Is told when it changes.</param>
    public void Hindered(string why)
    {
        if (_hindrance == why)
            return;
        _hindrance = why;
        events.Add("network.router", Level.Info, null, null,
            $"{device}: this appliance cannot answer router solicitations, so iPXE waits 15 s for a router in each boot: {why}");
    }
}
