using BenchmarkDotNet.Attributes;
using Rackboot.Ipmi;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Bench;

/// <summary>A packet of an RMCP+ session, signed and encrypted with suite 17, and a sensor's record.</summary>
public class IpmiPieces
{
    private static readonly byte[] Question = [0x20, 0x18, 0xc8, 0x81, 0x04, 0x01, 0x7a];

    private readonly SessionKeys _keys = new(Suite.Of(IpmiCipherSuite.Sha256), new byte[32]);
    private readonly byte[] _packet = new byte[256];
    private readonly byte[] _payload = new byte[256];
    private readonly byte[] _record = Convert.FromHexString(
        "0a0051013420000103017f680101ff7fff7f3838800100000500ecff00f0"
        + "075a7f007f80f0e6dc0000000404000000c9435055312054656d70");

    [Benchmark]
    public int WriteAndRead()
    {
        var length = PlusPacket.Write(_packet, PayloadType.Message, 7, 1, Question, _keys);
        return PlusPacket.TryParse(_packet.AsSpan(0, length), _keys.Suite.CodeLength, out var packet, out _)
            && _keys.Verify(packet.Signed, packet.Code) && _keys.TryDecrypt(packet.Payload, _payload, out var read)
            ? read : throw new InvalidDataException("the packet does not come back");
    }

    [Benchmark]
    public bool SensorRecord() => SdrRecord.TryParse(_record, out _, out _);

    [GlobalCleanup]
    public void Cleanup() => _keys.Dispose();
}
