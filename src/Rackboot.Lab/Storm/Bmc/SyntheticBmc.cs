using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Ipmi;
using Rackboot.Ipmi.Wire;
using Rackboot.Lab.Storm.Hall;

namespace Rackboot.Lab.Storm.Bmc;

/// <summary>The BMC of a synthetic machine: IPMI 2.0 at an address of its own, with what is needed to power a machine on from the
/// network. Other commands are refused as unknown.</summary>
internal sealed class SyntheticBmc : IDisposable
{
    public const string User = "admin";
    public const int Port = 623;

    // IPMI 2.0 appendix G, table G-1.
    private const byte ChannelAuthentication = 0x38, SetPrivilege = 0x3B, CloseSession = 0x3C, DeviceId = 0x01;
    private const byte Status = 0x01, Control = 0x02, SetBootOptions = 0x08, GetBootOptions = 0x09;
    private const byte BootFlagsParameter = 5;
    private const byte UnknownCommand = 0xC1;
    private const int MostSessions = 4;

    private readonly Socket _socket;
    private readonly byte[] _password;
    private readonly byte[] _guid;
    private readonly List<BmcSession> _sessions = [];
    private readonly byte[] _bootFlags = new byte[BootFlags.Length];
    private uint _lastSession;

    private SyntheticBmc(Socket socket, string password, Guid guid) =>
        (_socket, _password, _guid) = (socket, Encoding.ASCII.GetBytes(password), guid.ToByteArray());

    public bool IsOn { get; private set; }

    /// <summary>Is told that the machine is switched on, and whether it is to boot from the network this time.</summary>
    public Action<bool> SwitchedOn { get; init; } = _ => { };

    public Action SwitchedOff { get; init; } = () => { };

    /// <summary>Starts the BMC of a machine.</summary>
    public static async Task<SyntheticBmc> StartAsync(
        HallSockets sockets, StormMachine machine, string password, Action<bool> on, Action off)
    {
        var bmc = new SyntheticBmc(await sockets.BindAsync(new IPEndPoint(machine.Bmc, Port)), password, machine.Uuid)
        {
            SwitchedOn = on, SwitchedOff = off,
        };
        _ = bmc.ServeAsync();
        return bmc;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        var buffer = new byte[Rmcp.LongestDatagram];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from);
                if (Answer(buffer.AsSpan(0, length)) is { } answer)
                    await _socket.SendToAsync(answer, SocketFlags.None, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is switched off with its rack.
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> datagram)
    {
        if (LanPacket.TryParse(datagram, out var question, out _))
            return Question(question.Message);
        if (!PlusPacket.TryParse(datagram, (datagram.Length > 5 && (datagram[5] & 0x40) != 0) ? 16 : 0, out var packet, out _))
            return null;
        return packet.Type switch
        {
            PayloadType.OpenSessionRequest when packet.Payload.Length >= OpenSession.RequestLength => Open(packet.Payload),
            PayloadType.Rakp1 when packet.Payload.Length >= 28 => Of(packet.Payload)?.Rakp1(packet.Payload),
            PayloadType.Rakp3 when packet.Payload is [_, 0, _, _, _, _, _, _, ..] => Of(packet.Payload)?.Rakp3(packet.Payload),
            PayloadType.Message => InSession(packet),
            _ => null,
        };
    }

    // Get Channel Authentication Capabilities comes before every session (§22.13): RMCP+, no BMC key.
    private static byte[]? Question(ReadOnlySpan<byte> request)
    {
        if (request.Length < IpmiMessage.RequestOverhead || request[5] != ChannelAuthentication)
            return null;
        var message = Message(request, [0, 1, 0x80, 0x04, 0x02, 0, 0, 0, 0]);
        return [6, 0, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)message.Length, .. message];
    }

    private byte[] Open(ReadOnlySpan<byte> request)
    {
        if (BmcSession.Refuse(request) is { } refusal)
            return refusal;
        if (_sessions.Count == MostSessions)
            _sessions.RemoveAt(0);
        var session = new BmcSession(_password, _guid, ++_lastSession);
        _sessions.Add(session);
        return session.Open(request);
    }

    private BmcSession? Of(ReadOnlySpan<byte> login) => Find(BitConverter.ToUInt32(login[4..]));

    private BmcSession? Find(uint id) => _sessions.Find(s => s.Id == id);

    private byte[]? InSession(in PlusPacket packet)
    {
        if (Find(packet.SessionId) is not { } session || session.Read(packet) is not { } request)
            return null;
        var answer = session.Write(Message(request, Carry((IpmiNetFunction)(request[1] >> 2), request[5], request.AsSpan(6..^1))));
        if ((IpmiNetFunction)(request[1] >> 2) == IpmiNetFunction.App && request[5] == CloseSession)
            _sessions.Remove(session);
        return answer;
    }

    /// <summary>Carries a command out.</summary>
    /// <returns>The completion code, and the data.</returns>
    private byte[] Carry(IpmiNetFunction function, byte command, ReadOnlySpan<byte> data)
    {
        switch (function, command)
        {
            case (IpmiNetFunction.App, SetPrivilege) when data.Length >= 1:
                return [0, data[0]];
            case (IpmiNetFunction.App, CloseSession):
                return [0];
            case (IpmiNetFunction.App, DeviceId):
                return [0, 0x20, 1, 1, 0, 2, 0x80, 0, 0, 0, 0, 0]; // §20.1: IPMI 2.0, a chassis device, of no maker
            case (IpmiNetFunction.Chassis, Status):
                return [0, (byte)(IsOn ? 1 : 0), 0, 0];
            case (IpmiNetFunction.Chassis, Control) when data.Length >= 1:
                Switch((ChassisControl)(data[0] & 0x0F));
                return [0];
            case (IpmiNetFunction.Chassis, SetBootOptions) when data.Length >= 1:
                if ((data[0] & 0x7F) == BootFlagsParameter && data.Length >= 1 + BootFlags.Length)
                    data.Slice(1, BootFlags.Length).CopyTo(_bootFlags);
                return [0];
            case (IpmiNetFunction.Chassis, GetBootOptions) when data.Length >= 1 && (data[0] & 0x7F) == BootFlagsParameter:
                return [0, 1, BootFlagsParameter, .. _bootFlags];
            default:
                return [UnknownCommand];
        }
    }

    private void Switch(ChassisControl to)
    {
        var wasOn = IsOn;
        IsOn = to is not (ChassisControl.PowerDown or ChassisControl.SoftShutdown) && (IsOn || to == ChassisControl.PowerUp);
        if (wasOn && (!IsOn || to is ChassisControl.PowerCycle or ChassisControl.HardReset))
            SwitchedOff();
        if (!IsOn || (wasOn && to is not (ChassisControl.PowerCycle or ChassisControl.HardReset)))
            return;
        _ = BootFlags.TryParse(_bootFlags, out var flags, out _);
        if (flags is { IsValid: true, IsPersistent: false })
            Array.Clear(_bootFlags); // the firmware has read it
        SwitchedOn(flags is { IsValid: true, Device: BootDevice.Pxe });
    }

    // §13.8, figure 13-4: the answer to a request.
    private static byte[] Message(ReadOnlySpan<byte> request, byte[] codeAndData)
    {
        byte[] head = [0x81, (byte)(request[1] + 4)]; // a response's network function is one above
        byte[] rest = [0x20, request[4], request[5], .. codeAndData];
        return [.. head, (byte)-head.Sum(b => b), .. rest, (byte)-rest.Sum(b => b)];
    }
}
