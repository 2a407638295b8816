using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rackboot.Dhcp;

/// <summary>Asks by ARP whether somebody on an interface has an address (RFC 5227 §2.1.1).</summary>
internal sealed class ArpProbe : IDisposable
{
    private const int LookUpEvery = 200;

    private readonly Socket _socket;
    private readonly Interface _interface;
    private readonly ConcurrentDictionary<uint, Question> _waiting = new();

    private volatile bool _disposed;

    public ArpProbe(Interface on)
    {
        _interface = on;
        _socket = new Socket(AddressFamily.Packet, SocketType.Dgram, PacketAddress.Protocol(PacketAddress.EtherTypeArp));
        _socket.ReceiveTimeout = LookUpEvery; // closing a packet socket does not wake who waits on it
        _socket.Bind(new PacketAddress(on.Index, PacketAddress.EtherTypeArp, default));
        new Thread(Listen) { Name = $"arp {on.Name}", IsBackground = true }.Start();
    }

    private sealed record Question(ReadOnlyMemory<byte> Asker)
    {
        public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The hardware address, another than <paramref name="asker"/>, that <paramref name="address"/> answers with within
    /// <paramref name="timeout"/>; null
    /// if none does. A host that was given the address by hand may ask for it by DHCP too.</summary>
    public async Task<string?> WhoUsesAsync(IPAddress address, ReadOnlyMemory<byte> asker, TimeSpan timeout, TimeProvider time)
    {
        var question = _waiting.GetOrAdd(DhcpMessage.ToNumber(address), _ => new Question(asker));
        try
        {
            Send(address);
            return await question.Answer.Task.WaitAsync(timeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _waiting.TryRemove(DhcpMessage.ToNumber(address), out _);
        }
    }

    public void Dispose() => _disposed = true;

    // Sender address 0: nobody's cache is to learn from a probe.
    private void Send(IPAddress address)
    {
        Span<byte> arp = stackalloc byte[28];
        arp.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(arp, 1); // Ethernet
        BinaryPrimitives.WriteUInt16BigEndian(arp[2..], PacketAddress.EtherTypeIp);
        arp[4] = 6;
        arp[5] = 4;
        arp[7] = 1; // request
        // As it is now: a bridge takes another address when a port joins, and the answer goes to the one that stands here.
        if (!PacketAddress.TryReadInterface(_socket, arp[8..14]))
            _interface.HardwareAddress.CopyTo(arp[8..]);
        address.TryWriteBytes(arp[24..], out _);
        _socket.SendTo(arp, SocketFlags.None,
            new PacketAddress(_interface.Index, PacketAddress.EtherTypeArp, new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }));
    }

    private void Listen()
    {
        var packet = new byte[128];
        using var owned = _socket;
        while (!_disposed)
        {
            int length;
            try
            {
                length = _socket.Receive(packet);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.NetworkDown or SocketError.TimedOut or SocketError.WouldBlock)
            {
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            // A host that sends ARP with an address as its own has it, asked or not.
            if (length >= 28 && _waiting.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(14)), out var question)
                && !packet.AsSpan(8, 6).SequenceEqual(question.Asker.Span))
                question.Answer.TrySetResult(ClientReader.Hardware(packet.AsSpan(8, 6)));
        }
    }
}
