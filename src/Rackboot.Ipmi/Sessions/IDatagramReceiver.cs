namespace Rackboot.Ipmi;

/// <summary>Something that waits for datagrams of one BMC: a session, or a question outside of one.</summary>
internal interface IDatagramReceiver
{
    /// <summary>Looks at a datagram from the BMC; false leaves it to the next receiver. Called by the socket's loop: must be quick and must
    /// not throw.</summary>
    bool TryTake(ReadOnlySpan<byte> datagram);

    /// <summary>A datagram came from the BMC that nobody took.</summary>
    void Missed();
}
