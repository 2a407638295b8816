using Rackboot.Core.Power;
using Rackboot.Core.Power.Reports;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>A BMC that does what it is told, or fails as a test says.</summary>
internal sealed class FakeBmc : IPowerController
{
    public PowerState State { get; set; } = PowerState.Off;

    public PowerException? Fails { get; set; }

    public bool ReadsState => true;

    public IBmcReports? Reports { get; set; }

    public Task<PowerState> ReadStateAsync(CancellationToken cancel) =>
        Fails is { } e ? Task.FromException<PowerState>(e) : Task.FromResult(State);

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel)
    {
        State = to is PowerSwitch.On or PowerSwitch.Reset ? PowerState.On : PowerState.Off;
        return Task.CompletedTask;
    }

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) => Task.CompletedTask;

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) =>
        Task.FromResult(new BootOverride(BootTarget.Network, "Pxe (Once)"));

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
