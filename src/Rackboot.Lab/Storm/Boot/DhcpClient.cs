using System.Threading.Channels;
using Rackboot.Lab.Storm.Hall;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>The DHCP client of a machine: DISCOVER, OFFER, REQUEST, ACK, and again with growing waits where nothing comes.</summary>
/// <param name="loses">Whether a packet is lost, in either direction.</param>
internal sealed class DhcpClient
{
    private const int Tries = 5;

    private readonly HallCable _cable;
    private readonly DhcpCard _card;
    private readonly Func<bool> _loses;
    private readonly Channel<byte[]> _replies =
        Channel.CreateBounded<byte[]>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    public DhcpClient(HallCable cable, DhcpCard card, Func<bool> loses)
    {
        (_cable, _card, _loses) = (cable, card, loses);
        cable.Plug(card.Card, reply =>
        {
            if (!_loses())
                _replies.Writer.TryWrite(reply);
        });
    }

    /// <summary>Gets an address. The cable answers ARP for it from then on.</summary>
    /// <exception cref="BootException">No server answers, or it refuses.</exception>
    public async Task<DhcpLease> AcquireAsync(DhcpAsk ask, CancellationToken cancel)
    {
        var transaction = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
        var (wait, offer) = (ask.FirstWait, (DhcpLease?)null);
        for (var attempt = 0; attempt < Tries; attempt++, wait *= 2)
        {
            if (!_loses())
                _cable.Send(_card.Card, DhcpMessage.Write(_card, ask, transaction, offer));
            switch (await ReplyAsync(transaction, offer is null, wait, cancel))
            {
                case (DhcpMessage.Offer, var offered):
                    // The request has tries of its own.
                    (offer, attempt, wait) = (offered, -1, ask.FirstWait / 2);
                    break;
                case (DhcpMessage.Ack, var given):
                    _cable.Hold(given.Address, _card.Card);
                    return given;
                case (DhcpMessage.Nak, _):
                    throw new BootException("its request for an address was refused (NAK)");
            }
        }

        throw new BootException(offer is null ? "no DHCP server offers an address" : "its request for an address was not answered");
    }

    private async Task<(byte Type, DhcpLease Lease)?> ReplyAsync(
        uint transaction, bool isForOffer, TimeSpan within, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        try
        {
            while (true)
                if (DhcpMessage.Read(await _replies.Reader.ReadAsync(limit.Token), transaction) is { } reply
                    && reply.Type == DhcpMessage.Offer == isForOffer)
                    return reply;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
