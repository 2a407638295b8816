namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>An SDR repository behind a channel, with the habits of real ones: small answers, lost reservations, changes under the
/// reader.</summary>
internal sealed class SdrBmc
{
    private readonly List<byte[]> _records;
    private ushort _reservation = 0x0100;

    public SdrBmc(params byte[][] records)
    {
        _records = [.. records];
        Channel = new ScriptedChannel()
            .On(IpmiNetFunction.Storage, 0x20,
                _ => [0, 0x51, (byte)_records.Count, 0, 0xFF, 0xFF, (byte)Changes, 0, 0, 0, 0, 0, 0, 0, 0x02])
            .On(IpmiNetFunction.Storage, 0x22, _ => [0, (byte)++_reservation, (byte)(_reservation >> 8)])
            .On(IpmiNetFunction.Storage, 0x23, GetSdr);
    }

    public ScriptedChannel Channel { get; }

    /// <summary>The most bytes of a record in one answer; more is refused with <see cref="Refusal"/>.</summary>
    public int MostBytes { get; init; } = 255;

    public byte Refusal { get; init; } = 0xCA;

    /// <summary>Loses the reservation before these requests for records, counted from 1.</summary>
    public HashSet<int> LosesAt { get; init; } = [];

    /// <summary>Whether a loss comes with a changed record.</summary>
    public bool ChangesWithLoss { get; init; }

    public int Changes { get; private set; }

    private byte[] GetSdr(byte[] request)
    {
        var asked = Channel.Sent(IpmiNetFunction.Storage, 0x23).Count();
        if (LosesAt.Contains(asked))
        {
            _reservation++;
            Changes += ChangesWithLoss ? 1 : 0;
        }

        if ((request[0] | request[1] << 8) != _reservation)
            return [0xC5];
        var id = request[2] | request[3] << 8;
        var index = id == 0 ? 0 : _records.FindIndex(r => (r[0] | r[1] << 8) == id);
        if (index < 0)
            return [0xCB];
        var record = _records[index];
        var count = request[5] == 0xFF ? record.Length - request[4] : request[5];
        if (count > MostBytes || request[4] + count > record.Length)
            return [Refusal];
        byte[] next = index + 1 < _records.Count ? [_records[index + 1][0], _records[index + 1][1]] : [0xFF, 0xFF];
        return [0, .. next, .. record.AsSpan(request[4], count)];
    }
}
