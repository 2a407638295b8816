using Rackboot.Core.Power;
using Rackboot.Core.Power.Firmware;
using Rackboot.Core.Power.Operations;

namespace Rackboot.Core.Tests.Power;

/// <summary>Every order that a stop of the daemon can cut off, and what becomes of it.</summary>
public sealed class CutOffTests
{
    [Theory]
    [InlineData(PowerAction.Status, null, true, PowerState.Unknown, null)]
    [InlineData(PowerAction.Identify, null, true, PowerState.Unknown, null)]
    [InlineData(PowerAction.Off, null, true, PowerState.Unknown, null)]
    [InlineData(PowerAction.Soft, null, true, PowerState.Unknown, null)]
    [InlineData(PowerAction.On, null, true, PowerState.Unknown, null)]
    [InlineData(PowerAction.On, BootTarget.Network, false, PowerState.Unknown, null)]
    [InlineData(PowerAction.On, BootTarget.Network, true, PowerState.Off, null)]
    [InlineData(PowerAction.On, BootTarget.Network, true, PowerState.On, "is on now. See what it booted from: rackboot explain a")]
    [InlineData(PowerAction.Cycle, null, false, PowerState.Unknown, null)]
    [InlineData(PowerAction.Cycle, null, true, PowerState.Off, null)]
    [InlineData(PowerAction.Cycle, null, true, PowerState.On, "is on now. See what it booted from: rackboot explain a")]
    [InlineData(PowerAction.Reset, null, false, PowerState.Unknown, null)]
    [InlineData(PowerAction.Reset, null, true, PowerState.Unknown, "check whether the machine was reset: rackboot explain a")]
    [InlineData(PowerAction.Firmware, null, false, PowerState.Unknown, "before the upload to the BMC")]
    [InlineData(PowerAction.Firmware, null, true, PowerState.Unknown, "check whether it is installed: rackboot bmc firmware a")]
    public void What_may_be_done_twice_is_taken_up_and_the_rest_ends_with_the_reason(
        PowerAction action, BootTarget? boot, bool begun, PowerState state, string? reason)
    {
        var request = new PowerRequest(action, boot, "alice")
        {
            Firmware = action == PowerAction.Firmware ? new FirmwareSource("bmc.bin", null) : null,
        };
        Assert.Null(request.Mistake);
        var said = CutOff.Reason(request, "a", begun, CutOff.TakenUpWithin, state);
        if (reason is null)
            Assert.Null(said);
        else
            Assert.Contains(reason, said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_that_is_too_old_is_never_taken_up()
    {
        foreach (var action in Enum.GetValues<PowerAction>())
            foreach (var begun in new[] { false, true })
                Assert.Contains(
                    "too long to continue",
                    CutOff.Reason(new PowerRequest(action, null, "alice"), "a", begun, TimeSpan.FromMinutes(11), PowerState.Off),
                    StringComparison.Ordinal);
    }
}
