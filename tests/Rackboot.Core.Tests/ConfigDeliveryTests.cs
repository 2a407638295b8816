using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class ConfigDeliveryTests
{
    private const string A = "52:54:00:00:00:0a";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task A_delivery_that_ends_after_the_machine_started_over_says_nothing_of_the_new_boot()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(machine, BootStage.System, "dhcp", "asked");
        rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked again");
        await rack.Configs.DeliveredAsync(machine, boot, At, 100);
        Assert.Equal(BootStage.Firmware, rack.Boots.Current(machine.Id)!.Stage);
    }
}
