using NSubstitute;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Polling;
using Rackboot.Core.Power.Reports;

namespace Rackboot.Core.Tests.Power;

/// <summary>How the machines feel.</summary>
public sealed class SensorWatchTests
{
    private static BmcSensor Sensor(string name, BmcSeverity health, double value) => new(name, value, "°C", health, null);

    [Fact]
    public async Task A_sensor_that_becomes_worse_or_well_is_told_once()
    {
        await using var rack = new PowerRack();
        var machine = await rack.AddAsync("a");
        var reports = Substitute.For<IBmcReports>();
        rack.Bmc("a").Reports = reports;
        var watch = new SensorWatch(rack.Desk, rack.Events);
        foreach (var health in new[] { BmcSeverity.Ok, BmcSeverity.Warning, BmcSeverity.Warning, BmcSeverity.Critical, BmcSeverity.Ok,
            BmcSeverity.Ok })
        {
            reports.SensorsAsync(default).ReturnsForAnyArgs(
                [Sensor("CPU", health, 40 + 20 * (int)health), Sensor("Inlet", BmcSeverity.Ok, 22)]);
            await watch.PollAsync(machine, CancellationToken.None);
            Assert.Equal(health, watch.Of(machine.Id)[0].Health);
        }

        Assert.Equal(
            [(Level.Warning, "CPU is warning at 60 °C"), (Level.Error, "CPU is critical at 80 °C"), (Level.Info, "CPU is ok at 40 °C")],
            (await rack.EventsAsync()).Where(e => e.Kind.StartsWith("sensor.", StringComparison.Ordinal)).Select(e => (e.Level, e.Text)));
        watch.Forget(machine.Id);
        Assert.Empty(watch.Of(machine.Id));
    }

    [Fact]
    public async Task Who_wants_the_BMC_does_not_wait_for_the_sensors_and_they_are_no_silence()
    {
        await using var rack = new PowerRack();
        var machine = await rack.AddAsync("a");
        var reading = new TaskCompletionSource();
        var reports = Substitute.For<IBmcReports>();
        reports.SensorsAsync(default).ReturnsForAnyArgs<Task<IReadOnlyList<BmcSensor>>>(async call =>
        {
            reading.SetResult();
            var never = new TaskCompletionSource();
            var cancel = call.Arg<CancellationToken>();
            using var given = cancel.Register(() => never.TrySetCanceled(cancel));
            await never.Task.ConfigureAwait(false);
            return [];
        });
        rack.Bmc("a").Reports = reports;
        var watch = new SensorWatch(rack.Desk, rack.Events);
        var poll = watch.PollAsync(machine, CancellationToken.None);
        await reading.Task;
        var result = await rack.RunAsync(machine, PowerAction.On);
        await poll;
        Assert.Equal(PowerState.On, result.State);
        Assert.Null(rack.Desk.Known(machine)!.Problem);
        Assert.Empty(watch.Of(machine.Id));
    }

    [Theory]
    [InlineData(BmcDriver.Manual)]
    [InlineData(BmcDriver.Webhook)]
    public async Task A_driver_that_only_switches_is_not_asked(BmcDriver driver)
    {
        await using var rack = new PowerRack();
        var machine =
            await rack.PutAsync("a", new BmcSpec { Driver = driver, Url = driver == BmcDriver.Webhook ? "http://hook.test/" : null });
        var reports = Substitute.For<IBmcReports>();
        rack.Bmc("a").Reports = reports;
        await new SensorWatch(rack.Desk, rack.Events).PollAsync(machine, CancellationToken.None);
        Assert.Empty(reports.ReceivedCalls());
        Assert.Null(rack.Desk.Known(machine)!.Problem);
    }

    [Fact]
    public async Task A_BMC_without_sensors_is_not_in_trouble()
    {
        await using var rack = new PowerRack();
        var machine = await rack.AddAsync("a");
        var reports = Substitute.For<IBmcReports>();
        reports.SensorsAsync(default).ReturnsForAnyArgs(
            Task.FromException<IReadOnlyList<BmcSensor>>(new PowerException(PowerFailure.NotSupported, "no sensors")));
        rack.Bmc("a").Reports = reports;
        await new SensorWatch(rack.Desk, rack.Events).PollAsync(machine, CancellationToken.None);
        Assert.Null(rack.Desk.Known(machine)!.Problem);
    }
}
