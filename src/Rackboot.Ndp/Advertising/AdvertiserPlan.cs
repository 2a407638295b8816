using System.Net;

namespace Rackboot.Ndp;

/// <summary>Who is to be told what, and when, on one link: the rules, without a socket and without a clock. Times are counted from any
/// moment on, and never go back.</summary>
/// <remarks>It listens first, as a host does that looks for a router (RFC 4861 §6.3.7). Where none answers, it answers hosts (§6.2.6) and
/// speaks unasked (§6.2.4). Where one speaks it is silent, until that one has ended or was not heard for as long as it said; then it
/// listens again.</remarks>
internal sealed class AdvertiserPlan(Random random)
{
    // RFC 4861 §10: MAX_RTR_SOLICITATIONS, RTR_SOLICITATION_INTERVAL, MAX_RTR_SOLICITATION_DELAY.
    private const int Solicitations = 3;
    private static readonly TimeSpan BetweenSolicitations = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AfterTheLast = TimeSpan.FromSeconds(1);

    // MIN_DELAY_BETWEEN_RAS: no two advertisements to all nodes are closer than that.
    private static readonly TimeSpan BetweenMulticasts = TimeSpan.FromSeconds(3);

    // §6.2.1: MinRtrAdvInterval and MaxRtrAdvInterval. Close to the shortest that are allowed: a host whose question did not arrive (its
    // port's spanning tree, a switch that passes on no multicast) waits no longer.
    private static readonly TimeSpan LeastUnasked = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MostUnasked = TimeSpan.FromSeconds(7);

    // Answers are delayed by a random time, at most MAX_RA_DELAY_TIME (500 ms). Machines wait for this one.
    private static readonly TimeSpan MostDelay = TimeSpan.FromMilliseconds(100);

    // A router is heard again before its lifetime ends. Listening again costs three packets, so no router is trusted for longer than this.
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(30);

    // Between two advertisements to all nodes so many hosts get one of their own. The others wait for the next to all, three seconds at
    // most: forged solicitations cannot fill the kernel's neighbour table.
    private const int MostUnicasts = 64;

    private readonly List<IPAddress> _asked = [];
    private int _solicitations;
    private int _unicasts;
    private TimeSpan _next;
    private TimeSpan _answer = TimeSpan.MaxValue;
    private TimeSpan _lastMulticast = TimeSpan.MinValue;
    private ushort _lifetime;

    public AdvertiserState State { get; private set; } = AdvertiserState.Listening;

    /// <summary>The router that was heard last; null if there is none.</summary>
    public IPAddress? Router { get; private set; }

    /// <summary>When <see cref="Next"/> is to be called at the latest.</summary>
    public TimeSpan Due => _next < _answer ? _next : _answer;

    /// <summary>An advertisement of somebody else was heard.</summary>
    public void Heard(RouterAdvertisement advertisement, IPAddress router, TimeSpan now)
    {
        // §6.2.5: a router that ends says so with a lifetime of zero. Its prefixes may be in it still.
        if (State == AdvertiserState.Silent && router.Equals(Router) && _lifetime > 0 && advertisement.RouterLifetime == 0)
            Listen(now);
        else if (!advertisement.OffersNothing)
        {
            var lifetime = TimeSpan.FromSeconds(advertisement.RouterLifetime);
            State = AdvertiserState.Silent;
            (Router, _lifetime) = (router, advertisement.RouterLifetime);
            _next = now + (lifetime > TimeSpan.Zero && lifetime < MostSilence ? lifetime : MostSilence);
            ForgetWhoAsked();
        }
    }

    /// <summary>A host asked.</summary>
    /// <param name="host"><see cref="IPAddress.IPv6Any"/> if it has no address yet.</param>
    public void Asked(IPAddress host, TimeSpan now)
    {
        if (State != AdvertiserState.Advertising)
            return;
        var soon = now + MostDelay * random.NextDouble();
        var multicast = _lastMulticast == TimeSpan.MinValue ? now : _lastMulticast + BetweenMulticasts;
        if (soon >= multicast || !host.IsIPv6LinkLocal || _unicasts + _asked.Count >= MostUnicasts)
            _next = Earlier(_next, soon > multicast ? soon : multicast);
        else if (!_asked.Contains(host))
        {
            _asked.Add(host);
            _answer = Earlier(_answer, soon);
        }
    }

    /// <summary>What is to be sent now.</summary>
    public IReadOnlyList<Outgoing> Next(TimeSpan now)
    {
        if (now >= _next && State == AdvertiserState.Silent)
            Listen(now);
        if (now >= _next && State == AdvertiserState.Listening)
        {
            if (_solicitations < Solicitations)
            {
                _next = now + (++_solicitations < Solicitations ? BetweenSolicitations : AfterTheLast);
                return [new Outgoing(IsSolicitation: true, AllRouters)];
            }

            (State, Router) = (AdvertiserState.Advertising, null);
        }

        if (State != AdvertiserState.Advertising)
            return [];
        return now >= _next ? ToAll(now) : now >= _answer ? ToThoseWhoAsked() : [];
    }

    /// <summary>RFC 4291 §2.7.1.</summary>
    internal static readonly IPAddress AllNodes = IPAddress.Parse("ff02::1"), AllRouters = IPAddress.Parse("ff02::2");

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Listen(TimeSpan now)
    {
        (State, _solicitations, _next) = (AdvertiserState.Listening, 0, now);
        ForgetWhoAsked();
    }

    private Outgoing[] ToAll(TimeSpan now)
    {
        (_lastMulticast, _unicasts) = (now, 0);
        _next = now + LeastUnasked + (MostUnasked - LeastUnasked) * random.NextDouble();
        ForgetWhoAsked();
        return [new Outgoing(IsSolicitation: false, AllNodes)];
    }

    private Outgoing[] ToThoseWhoAsked()
    {
        _unicasts += _asked.Count;
        Outgoing[] answers = [.. _asked.Select(host => new Outgoing(IsSolicitation: false, host))];
        ForgetWhoAsked();
        return answers;
    }

    private void ForgetWhoAsked()
    {
        _asked.Clear();
        _answer = TimeSpan.MaxValue;
    }
}
