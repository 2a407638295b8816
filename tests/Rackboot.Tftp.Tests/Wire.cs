using System.Buffers.Binary;

namespace Rackboot.Tftp.Tests;

/// <summary>Gives a test each packet that a transfer sends.</summary>
internal sealed class Wire(Action<byte[]> send) : ITransferOutput
{
    public static readonly Wire Nowhere = new(_ => { });

    public void Send(ReadOnlySpan<byte> packet) => send(packet.ToArray());

    public void SendBlocks(TftpFile file, int blockBytes, long first, long last)
    {
        for (var block = first; block <= last; block++)
        {
            var packet = new byte[4 + Math.Min(blockBytes, file.Length - (block - 1) * blockBytes)];
            packet[1] = (byte)TftpOpcode.Data;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)block);
            Assert.Equal(packet.Length - 4, file.Read((block - 1) * blockBytes, packet.AsSpan(4)));
            send(packet);
        }
    }
}
