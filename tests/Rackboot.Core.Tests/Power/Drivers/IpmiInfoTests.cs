using Rackboot.Core.Power.Drivers;
using Rackboot.Ipmi;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>What is shown of a machine from the little that some BMCs tell.</summary>
public sealed class IpmiInfoTests
{
    private const string Measures = "dc d200 6400 2c01 c800 0053016b e8030000 40";
    private const string DoesNotMeasure = "dc 0000 0000 0000 0000 0053016b e8030000 00";

    [Fact]
    public async Task A_machine_whose_inventory_has_no_product_is_named_by_its_chassis_and_board()
    {
        var facts = await IpmiReports.InfoAsync(new Bmc(Measures), CancellationToken.None);
        Assert.Equal(["manufacturer Acme", "product B1", "serial number C77"],
            facts.Where(f => f.Part == "machine").Select(f => $"{f.Name} {f.Value}"));
        Assert.Contains(facts, f => f is { Name: "draws", Value: "210 W" });
    }

    [Fact]
    public async Task A_bmc_that_measures_no_power_is_not_said_to_draw_0_W() =>
        Assert.DoesNotContain(await IpmiReports.InfoAsync(new Bmc(DoesNotMeasure), CancellationToken.None), f => f.Name == "draws");

    // Its inventory: a chassis with a serial number, and a board; its GUID was never written.
    private sealed class Bmc(string powerReading) : IIpmiChannel
    {
        private static readonly byte[] Chassis = Area([1, 2, 23, 0xC0, 0xC3, .. "C77"u8, 0xC1]);
        private static readonly byte[] Board =
            Area([1, 3, 25, 0, 0, 0, 0xC4, .. "Acme"u8, 0xC2, .. "B1"u8, 0xC2, .. "S1"u8, 0xC0, 0xC0, 0xC1]);
        private static readonly byte[] Fru = [.. Sum([1, 0, 1, 3, 0, 0, 0]), .. Chassis, .. Board];

        public ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
        {
            var asked = request.Data.Span;
            byte[] answer = ((byte)request.NetFunction, request.Command) switch
            {
                (0x06, 0x01) => [0, .. Hex("20 01 03 10 02 bf 7c2a00 0000")],
                (0x06, 0x37) => [0, .. new byte[16]],
                (0x00, 0x01) => [0, .. Hex("01 00 00")],
                (0x0A, 0x10) => [0, (byte)Fru.Length, 0, 0],
                (0x0A, 0x11) => Read(asked[1], asked[3]),
                (0x2C, 0x02) => [0, .. Hex(powerReading)],
                _ => [0xC1],
            };
            return ValueTask.FromResult(new IpmiResponse(answer[0], answer.AsMemory(1)));
        }

        private static byte[] Read(int offset, int count)
        {
            var came = Fru.AsSpan(offset, Math.Min(count, Fru.Length - offset));
            return [0, (byte)came.Length, .. came];
        }

        private static byte[] Area(byte[] fields) => Sum([.. fields, .. new byte[fields[1] * 8 - 1 - fields.Length]]);

        private static byte[] Sum(byte[] bytes) => [.. bytes, (byte)-bytes.Sum(b => b)];

        private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
    }
}
