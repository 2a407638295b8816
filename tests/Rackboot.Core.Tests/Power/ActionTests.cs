using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;

namespace Rackboot.Core.Tests.Power;

/// <summary>What an operator asks for, and what of it is believed.</summary>
public sealed class ActionTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new();

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Theory]
    [InlineData(PowerState.Off, PowerAction.On, PowerState.On, "read,On,read")]
    [InlineData(PowerState.On, PowerAction.On, PowerState.On, "read")]
    [InlineData(PowerState.On, PowerAction.Off, PowerState.Off, "read,Off,read")]
    [InlineData(PowerState.Off, PowerAction.Off, PowerState.Off, "read")]
    [InlineData(PowerState.On, PowerAction.Soft, PowerState.Off, "read,Soft,read")]
    [InlineData(PowerState.Off, PowerAction.Soft, PowerState.Off, "read")]
    [InlineData(PowerState.On, PowerAction.Cycle, PowerState.On, "read,Off,read,On,read")]
    [InlineData(PowerState.Off, PowerAction.Cycle, PowerState.On, "read,On,read")]
    [InlineData(PowerState.On, PowerAction.Reset, PowerState.On, "read,Reset,read")]
    [InlineData(PowerState.On, PowerAction.Status, PowerState.On, "read")]
    public async Task An_action_does_what_is_still_to_do_and_reads_the_state_back(
        PowerState before, PowerAction action, PowerState after, string calls)
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").State = before;
        var result = await _rack.RunAsync(machine, action);
        Assert.Equal((after, after), (result.State, _rack.Bmc("a").State));
        Assert.Equal(calls, string.Join(',', _rack.Bmc("a").Calls));
        Assert.Equal((after, _rack.Clock.Now, null),
            (_rack.Desk.Known(machine)!.State, _rack.Desk.Known(machine)!.Read, _rack.Desk.Known(machine)!.Problem));
    }

    [Fact]
    public async Task What_starts_a_machine_is_remembered_with_its_time_and_nothing_else_is()
    {
        var machine = await _rack.AddAsync("a");
        await _rack.RunAsync(machine, PowerAction.Status);
        Assert.Null(_rack.Desk.Known(machine)!.Started);
        foreach (var starts in new[] { PowerAction.On, PowerAction.Reset, PowerAction.Cycle })
        {
            _rack.Clock.Pass(TimeSpan.FromMinutes(1));
            var before = _rack.Clock.Now;
            await _rack.RunAsync(machine, starts);
            Assert.Equal(before, _rack.Desk.Known(machine)!.Started);
            _rack.Clock.Pass(TimeSpan.FromMinutes(1));
            await _rack.RunAsync(machine, PowerAction.Status);
            await _rack.RunAsync(machine, PowerAction.On); // it is on already
            Assert.Equal(before, _rack.Desk.Known(machine)!.Started);
        }

        // Somebody presses the button: it was started after it was last read to be off.
        await _rack.RunAsync(machine, PowerAction.Off);
        var off = _rack.Clock.Now;
        _rack.Clock.Pass(TimeSpan.FromMinutes(1));
        _rack.Bmc("a").State = PowerState.On;
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.Equal(off, _rack.Desk.Known(machine)!.Started);
    }

    [Fact]
    public async Task A_state_that_comes_late_is_waited_for()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").Lag = 5;
        Assert.Equal("is on, after 5.0 s", (await _rack.RunAsync(machine, PowerAction.On)).Text);
    }

    [Fact]
    public async Task A_state_that_never_comes_is_an_error_after_the_time_allowed()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").Deaf = true;
        var before = _rack.Clock.Now;
        var failure = await _rack.FailureAsync(machine, PowerAction.On);
        Assert.Equal(PowerFailure.TooSlow, failure.Failure);
        Assert.Matches("^it is still off 9[01] s after the command to ipmi a.bmc; see the BMC's log", failure.Message);
        Assert.InRange((_rack.Clock.Now - before).TotalSeconds, 90, 92);
        Assert.Equal(1, _rack.Bmc("a").Calls.Count(c => c == "On"));
    }

    [Theory]
    [InlineData(PowerState.Off, PowerAction.On, 1, 0, 2)]
    [InlineData(PowerState.On, PowerAction.Off, 1, 0, 2)]
    [InlineData(PowerState.Off, PowerAction.On, 0, 1, 1)]
    [InlineData(PowerState.On, PowerAction.Off, 0, 1, 1)]
    [InlineData(PowerState.On, PowerAction.Soft, 0, 1, 1)]
    public async Task A_command_without_an_answer_is_said_again_only_when_the_state_tells_that_it_was_not_carried_out(
        PowerState before, PowerAction action, int lost, int answersLost, int said)
    {
        var machine = await _rack.AddAsync("a");
        var bmc = _rack.Bmc("a");
        (bmc.State, bmc.Loses, bmc.LosesAnswers, bmc.Lag) = (before, lost, answersLost, 2);
        Assert.NotEqual(before, (await _rack.RunAsync(machine, action)).State);
        Assert.Equal(said, bmc.Calls.Count(c => c is "On" or "Off" or "Soft"));
    }

    [Theory]
    [InlineData(PowerAction.Reset, PowerFailure.NoAnswer)]
    [InlineData(PowerAction.Soft, PowerFailure.TooSlow)]
    public async Task A_reset_or_shutdown_without_an_answer_is_never_said_again(PowerAction action, PowerFailure failure)
    {
        var machine = await _rack.AddAsync("a");
        (_rack.Bmc("a").State, _rack.Bmc("a").Loses) = (PowerState.On, 1);
        Assert.Equal(failure, (await _rack.FailureAsync(machine, action)).Failure);
        Assert.Single(_rack.Bmc("a").Calls, c => c is "Reset" or "Soft");
    }

    [Fact]
    public async Task Boot_once_is_set_and_read_back_before_the_machine_starts()
    {
        var machine = await _rack.AddAsync("a");
        var progress = new List<string>();
        await _rack.RunAsync(machine, PowerAction.On, BootTarget.Network, progress);
        Assert.Equal("read,boot Network,read boot,On,read", string.Join(',', _rack.Bmc("a").Calls));
        Assert.Contains("boots once from network; the BMC reads back Network (Once)", progress);
    }

    [Theory]
    [InlineData(PowerAction.Cycle, "read,Off,read,boot Network,read boot,On,read")]
    [InlineData(PowerAction.Reset, "read,boot Network,read boot,Reset,read")]
    public async Task A_running_machine_is_told_what_to_boot_right_before_it_starts_anew(PowerAction action, string calls)
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").State = PowerState.On;
        await _rack.RunAsync(machine, action, BootTarget.Network);
        Assert.Equal(calls, string.Join(',', _rack.Bmc("a").Calls));
    }

    [Fact]
    public async Task A_bmc_that_says_ok_and_reads_back_something_else_does_not_get_the_machine_started()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").AlwaysReads = new BootOverride(BootTarget.Disk, "Hdd (Continuous)");
        var failure = await _rack.FailureAsync(machine, PowerAction.On, BootTarget.Network);
        Assert.Contains("accepted \"boot once from network\", but reads back: Hdd (Continuous)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("On", _rack.Bmc("a").Calls);
    }

    [Fact]
    public async Task A_driver_that_cannot_ask_for_http_boot_says_so_and_leaves_the_machine_on()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").State = PowerState.On;
        var failure = await _rack.FailureAsync(machine, PowerAction.Cycle, BootTarget.Http);
        Assert.Equal(PowerFailure.NotSupported, failure.Failure);
        Assert.DoesNotContain("Off", _rack.Bmc("a").Calls);
    }

    [Theory]
    [InlineData(PowerState.On, PowerAction.On, BootTarget.Network, "it is already on")]
    [InlineData(PowerState.Off, PowerAction.Reset, null, "it is off, and cannot be reset")]
    [InlineData(PowerState.On, PowerAction.Off, BootTarget.Network, "boot is allowed with on, cycle and reset")]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing(
        PowerState state, PowerAction action, BootTarget? boot, string message)
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").State = state;
        Assert.StartsWith(message, (await _rack.FailureAsync(machine, action, boot)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_rack.Bmc("a").Calls, c => c != "read");
    }

    [Fact]
    public async Task A_machine_without_a_bmc_says_what_its_document_lacks()
    {
        var machine = await _rack.PutAsync("a", null);
        Assert.Contains("a has no bmc; add one", (await _rack.FailureAsync(machine, PowerAction.On)).Message,
            StringComparison.Ordinal);
        Assert.Null(_rack.Desk.Known(machine));
    }

    [Fact]
    public async Task A_second_action_on_a_machine_waits_for_nothing_and_is_refused()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").Lag = 20;
        var first = _rack.Actions.RunAsync(machine, new PowerRequest(PowerAction.On, null, "alice"), _ => { }, CancellationToken.None);
        var second = await Assert.ThrowsAsync<PowerException>(
            () => _rack.Actions.RunAsync(machine, new PowerRequest(PowerAction.Off, null, "bob"), _ => { }, CancellationToken.None));
        Assert.Contains("in progress: on, requested by alice", second.Message, StringComparison.Ordinal);
        await _rack.Clock.UntilAsync(first);
        await _rack.RunAsync(machine, PowerAction.Off);
    }

    [Fact]
    public async Task Every_action_is_an_event_with_who_asked_and_how_it_ended()
    {
        var machine = await _rack.AddAsync("a");
        await _rack.RunAsync(machine, PowerAction.On, BootTarget.Network);
        _rack.Bmc("a").Fails = () => new PowerException(PowerFailure.Refused, "no");
        await _rack.FailureAsync(machine, PowerAction.Off);
        Assert.Equal(
            [
                ("power.asked", "on, boot once from network, requested by alice", Level.Info),
                ("power.done", "on, boot once from network: is on, after 0.0 s", Level.Info),
                ("power.asked", "off, requested by alice", Level.Info), ("power.failed", "off: no", Level.Error),
            ],
            (await _rack.EventsAsync()).Where(e => e.Kind.StartsWith("power.", StringComparison.Ordinal))
                .Select(e => (e.Kind, e.Text, e.Level)));
    }

    [Fact]
    public async Task A_start_stands_at_the_head_of_the_boot_that_comes_of_it_and_a_shutdown_at_the_end_of_the_one_under_way()
    {
        var machine = await _rack.AddAsync("a");
        await _rack.RunAsync(machine, PowerAction.On);
        var boot = _rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked for an address");
        await _rack.RunAsync(machine, PowerAction.Off);
        Assert.Equal(
            ["on, requested by alice", "on: is on, after 0.0 s", "asked for an address", "off, requested by alice",
                "off: is off, after 0.0 s"],
            _rack.Boots.Timeline(boot.Id).Select(e => e.Text));
    }

    [Fact]
    public async Task A_power_change_that_nobody_asked_for_is_an_event()
    {
        var machine = await _rack.AddAsync("a");
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        _rack.Bmc("a").State = PowerState.On;
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.Equal("power changed from off to on; not requested here", Assert.Single(await _rack.EventsAsync("power.changed")).Text);
    }

    [Theory]
    [InlineData(PowerAction.On, BootTarget.Network, false, true)]
    [InlineData(PowerAction.Cycle, BootTarget.Network, true, true)]
    [InlineData(PowerAction.Reset, BootTarget.Network, true, true)]
    [InlineData(PowerAction.On, BootTarget.Network, true, false)] // refused: it is already on
    [InlineData(PowerAction.On, null, false, false)]
    [InlineData(PowerAction.Cycle, BootTarget.Disk, true, false)]
    [InlineData(PowerAction.Off, null, true, false)]
    public async Task A_machine_that_is_started_from_the_network_is_armed_by_who_asked(
        PowerAction action, BootTarget? boot, bool isOn, bool armed)
    {
        await using var rack = new PowerRack();
        var machine = await rack.AddAsync("a");
        var secret = new Secret("secret");
        machine = (await rack.Inventory.PutMachineAsync(
            "a", machine.Spec! with { Config = new MachineConfigDigest(secret.Sha256, 1) }, secret, null, dryRun: false)).Document!;
        await rack.Inventory.Provisioning.DisarmAsync(machine, "root");
        rack.Bmc("a").State = isOn ? PowerState.On : PowerState.Off;
        var running = rack.Actions.RunAsync(machine, new PowerRequest(action, boot, "alice"), _ => { }, CancellationToken.None);
        while (!running.IsCompleted)
        {
            await rack.EventsAsync(); // the disk has its turn before the clock
            rack.Clock.Pass(TimeSpan.FromSeconds(1));
        }

        await running.ContinueWith(_ => { }, TaskScheduler.Default); // refused or done

        var arm = rack.Inventory.Provisioning.Of(machine.Id).Arm;
        Assert.Equal(
            armed ? ("alice", $"rackboot power {action.ToString().ToLowerInvariant()} --boot network") : (null, null), (arm?.By, arm?.Why));
    }
}
