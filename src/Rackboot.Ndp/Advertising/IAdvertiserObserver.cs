using System.Net;

namespace Rackboot.Ndp;

/// <summary>Is told what a <see cref="RouterAdvertiser"/> does. Must not block and must not throw.</summary>
public interface IAdvertiserObserver
{
    /// <summary>It began to advertise, or to be silent. Listening in between is not told where it ends as it began.</summary>
    /// <param name="router">The router that it is silent for.</param>
    void Became(AdvertiserState state, IPAddress? router);

    /// <summary>A host asked for a router.</summary>
    void Solicited(IPAddress host);

    /// <summary>An advertisement was sent, to a host or to all.</summary>
    void Advertised(IPAddress destination);

    /// <summary>A message was discarded.</summary>
    /// <param name="reason">One of a few.</param>
    void Dropped(IPAddress source, string reason);
}
