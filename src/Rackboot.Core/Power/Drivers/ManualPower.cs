namespace Rackboot.Core.Power.Drivers;

/// <summary>A person is the driver: each step becomes a request to the people at the rack. Nothing can be read back.</summary>
/// <param name="ask">Is given what the person shall do.</param>
public sealed class ManualPower(string machine, Action<string> ask) : IPowerController
{
    public bool ReadsState => false;

    public Task<PowerState> ReadStateAsync(CancellationToken cancel) => Task.FromResult(PowerState.Unknown);

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel) => Ask(to switch
    {
        PowerSwitch.On => $"please power {machine} on by hand",
        PowerSwitch.Off => $"please power {machine} off by hand (hold its power button)",
        PowerSwitch.Reset => $"please press the reset button of {machine}",
        _ => $"please shut {machine} down (press its power button once)",
    });

    public Task CheckBootAsync(BootTarget target, CancellationToken cancel) => Task.CompletedTask;

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) => Ask(target switch
    {
        BootTarget.Network => $"please make {machine} boot from the network once (its firmware's boot menu)",
        BootTarget.Http => $"please make {machine} boot from the network over HTTP once (its firmware's boot menu)",
        BootTarget.Disk => $"please make {machine} boot from its disk once (its firmware's boot menu)",
        _ => $"please enter the firmware setup of {machine} at its next start",
    });

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) =>
        Task.FromResult(new BootOverride(null, "unknown: a person sets it"));

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) => Ask($"please look for {machine}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Ask(string text)
    {
        ask(text);
        return Task.CompletedTask;
    }
}
