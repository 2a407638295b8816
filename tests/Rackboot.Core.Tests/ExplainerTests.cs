using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class ExplainerTests
{
    private const string A = "52:54:00:00:00:0a";

    [Fact]
    public async Task A_stalled_boot_is_explained_by_what_went_wrong_before_it_stalled()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked");
        rack.Boots.Remark(machine.Id, "dhcp", "another DHCP server, 10.20.0.9, answered first", Level.Warning);
        rack.Clock.Pass(600);
        rack.Boots.MarkStalled();
        var boot = rack.Boots.Current(machine.Id)!;
        var explained = Explainer.Explain(machine, boot, rack.Boots.Timeline(boot.Id), new BootAnswer.Wait("x", false), rack.Clock.Now);
        Assert.Contains("10.20.0.9, answered first", explained.Remedy, StringComparison.Ordinal);
    }
}
