using Rackboot.Fuzzing.Engine;
using Rackboot.Ipmi;
using Rackboot.Ipmi.Tests.Commands;
using Rackboot.Ipmi.Text;
using Rackboot.Ipmi.Wire;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>IPMI: what a BMC, or somebody in its place, sends.</summary>
internal static class Ipmi
{
    private const int MostRequests = 100_000;

    private static readonly byte[][] Sdrs = SdrBytes.OfEveryKind;

    private static readonly List<SensorRecord> Sensors =
        [.. Sdrs.SelectMany(b => SdrRecord.TryParse(b, out var record, out _) ? record.Sensors : [])];

    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("ipmi-datagram", "Rackboot.Ipmi", Datagram)
        {
            Seeds = Hex("0600ff06000011be400100100000000000000000810000000000000000",
                "0600ff07000000000000000000108100631c20143800018004020000000000a7",
                "0600ff0706c044332211070000002000e0e1e2e3e4e5e6e7e8e9eaebecedeeef6a55071ce9e27d6180ed65bbffc9f4fbffff0207434d95f7bd9a4ce6"
                    + "88eacbb40f8db6da"),
        },
        new("ipmi-payload", "Rackboot.Ipmi", Payload)
        {
            Seeds = Hex("811c632014380001800402000000000029",
                "0700040044332211d4c3b2a1000000080300000001000008040000000200000801000000",
                "07000000443322111011121314151617" + "18191a1b1c1d1e1fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
                    + "139df59e209f73ce3d63043314ee7a853164fd3e3a4d464d31397767cd02781e",
                "070000004433221195b72621ef0d7395db490473d19ba7c1", "030205006c6f67696e3a20", "01800402000000000000"),
        },
        new("ipmi-sdr", "Rackboot.Ipmi", Sdr) { Seeds = Sdrs },
        new("ipmi-sel", "Rackboot.Ipmi", Sel)
        {
            Seeds = Hex("0100025300016b20000401300159" + "5c5a", "02000253016b0100040f006fc213ff".PadRight(32, '0'),
                "0700c00001020" + "3a202000102030405" + "06"),
        },
        new("ipmi-fru", "Rackboot.Ipmi", Fru)
        {
            Seeds =
            [
                new FruBytes().Chassis(23, "CSE-815", "C815X").Board(25, 15_000_000, "Maker", "Board", "S123", "P123")
                    .Product(0, "Maker", "Product", "PN", "1.0", "S9", "tag").Build(),
                new FruBytes().Board(25, 0, "Maker").MultiRecords((0, new byte[24]), (2, new byte[13])).Build(),
            ],
        },
        new("ipmi-commands", "Rackboot.Ipmi", Commands)
        {
            Refusals = [typeof(IpmiException)],
            Seeds =
            [
                Conversation([0, .. new byte[15]], [1, .. Sdrs[0].AsSpan(0, 14)], [0, 0x51, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
                Conversation([4], [0, .. Sdrs[3]], [0xC5], [0, 255, 255, .. Sdrs[1]]),
            ],
        },
    ];

    private static void Datagram(byte[] input)
    {
        Promise(RmcpPong.TryParse(input, out _, out var error) == error is null, "a pong or a reason");
        Promise(LanPacket.TryParse(input, out var lan, out error) == error is null && lan.Message.Length <= input.Length, "a message");
        foreach (var codeLength in new[] { 0, 12, 16 })
            Promise(PlusPacket.TryParse(input, codeLength, out var plus, out error) == error is null
                && plus.Payload.Length <= input.Length, "a payload is a part of its packet");
    }

    private static void Payload(byte[] input)
    {
        _ = IpmiMessage.TryParse(input, out _, out _);
        _ = OpenSession.TryParse(input, out _, out _);
        _ = Rakp2.TryParse(input, 32, out _, out _);
        _ = Rakp4.TryParse(input, 16, out _, out _);
        _ = ChannelAuthentication.TryParse(input, out _, out _);
        if (SolPacket.TryParse(input, out var sol, out _))
            Promise(sol.Sequence <= SolPacket.HighestSequence && sol.Characters.Length <= SolPacket.MostCharacters, "what fits a packet");
        _ = DeviceId.TryParse(input, out _, out _);
        _ = SystemGuid.TryParse(input, out _, out _);
        _ = ChassisStatus.TryParse(input, out _, out _);
        _ = BootFlags.TryParse(input, out _, out _);
        _ = ChannelCipherSuite.TryParse(input, out _, out _);
        _ = DcmiPowerReading.TryParse(input, out _, out _);
    }

    private static void Sdr(byte[] input)
    {
        if (!SdrRecord.TryParse(input, out var record, out var error))
            Promise(error.Length > 0, "a reason");
        else
            foreach (var sensor in record.Sensors)
            {
                Promise(!sensor.Name.Any(char.IsControl), "a name that can be printed");
                for (var raw = 0; raw < 256; raw++)
                    Promise(sensor.Conversion?.Convert((byte)raw) is not { } value || double.IsFinite(value), "a number");
            }
    }

    private static void Sel(byte[] input)
    {
        if (SelRecord.TryParse(input, out var record, out _))
            Promise(!record.Describe(Sensors).Any(char.IsControl), "words that can be printed");
    }

    private static void Fru(byte[] input)
    {
        // Most changes would end at the header's checksum: it is made to fit.
        if (input.Length >= 8)
            input = [.. input[..7], (byte)-input[..7].Sum(b => b), .. input[8..]];
        if (FruInventory.TryParse(input, out var fru, out _))
            Promise(!fru.Faults.Any(f => f.Any(char.IsControl)), "words that can be printed");
        if (input.Length > 2)
            TypeLengthText.DecodeSensorName(input[0], input.AsSpan(1));
    }

    // The first byte chooses the command, the pieces are its answers, again and again.
    private static void Commands(byte[] input)
    {
        if (input.Length == 0)
            return;
        var channel = new Script([.. Pieces(input[1..])]);
        var command = (input[0] % 10) switch
        {
            0 => channel.GetDeviceIdAsync(default).AsTask(),
            1 => channel.ReadSdrRepositoryAsync(default),
            2 => channel.ReadSensorAsync(Sensors[0], default),
            3 => channel.GetThresholdsAsync(Sensors[0], default),
            4 => LogAsync(channel),
            5 => channel.ReadFruAsync(0, default),
            6 => channel.GetLanConfigurationAsync(1, default),
            7 => channel.ListUsersAsync(1, default),
            8 => channel.GetCipherSuitesAsync(1, default),
            _ => channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, true), null, default),
        };
        command.GetAwaiter().GetResult();
    }

    private static async Task LogAsync(IIpmiChannel channel)
    {
        await foreach (var entry in channel.ReadEventLogAsync(5, MostRequests, default))
            entry.Describe();
    }

    private sealed class Script(byte[][] answers) : IIpmiChannel
    {
        private int _requests;

        public ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
        {
            Promise(_requests++ < MostRequests, "a command ends");
            byte[] answer = answers.Length == 0 ? [] : answers[(_requests - 1) % answers.Length];
            return ValueTask.FromResult(answer.Length == 0 ? new IpmiResponse(0xC1, default) : new(answer[0], answer.AsMemory(1)));
        }
    }
}
