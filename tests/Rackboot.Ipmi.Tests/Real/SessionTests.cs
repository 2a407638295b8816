using System.Diagnostics;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>Sessions with BMCs that others wrote.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Ipmi_sim_takes_suite_3_after_refusing_17_and_ipmitool_sees_what_was_switched()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        await using var socket = new IpmiSocket();
        var known = new KnownBmc();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint, known: known);
        Assert.Equal(IpmiCipherSuite.Sha1, session.CipherSuite);
        Assert.Equal(IpmiCipherSuite.Sha1, known.CipherSuite);
        Assert.False(await session.IsOnAsync());
        Assert.Equal(0, await session.ControlAsync(1));
        Assert.True(await session.IsOnAsync());
        Assert.Equal((0, "Chassis Power is on\n"), await Peers.IpmitoolAsync(bmc.EndPoint, 3, "chassis", "power", "status"));
    }

    [Fact]
    public async Task Pyghmis_bmc_takes_suite_17()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        await using var socket = new IpmiSocket();
        await using (var session = await Sessions.OpenAsync(socket, bmc.EndPoint))
        {
            Assert.Equal(IpmiCipherSuite.Sha256, session.CipherSuite);
            Assert.Equal(0, await session.ControlAsync(1));
            Assert.True(await session.IsOnAsync());
        }

        var status = await bmc.StatusAsync();
        Assert.Equal(["on"], status.Actions);
        Assert.Equal(0, status.Sessions);
    }
}
