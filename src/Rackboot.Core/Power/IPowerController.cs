using Rackboot.Core.Power.Reports;

namespace Rackboot.Core.Power;

/// <summary>One machine's power, over its BMC's protocol. Each call is one step: waiting, verifying, serialising and counting failures
/// are not the driver's. Every call may throw <see cref="PowerException"/>.</summary>
public interface IPowerController : IAsyncDisposable
{
    /// <summary>Whether the state can be read at all; a person cannot be polled.</summary>
    bool ReadsState { get; }

    /// <summary>Who switches the machine where the state cannot be read.</summary>
    string Actor => "a person";

    /// <summary>Whether <see cref="SwitchAsync"/> ends only when the machine is as asked, and so may take long.</summary>
    bool WaitsItself => false;

    /// <summary>What else the BMC can tell; null if nothing.</summary>
    IBmcReports? Reports => null;

    Task<PowerState> ReadStateAsync(CancellationToken cancel);

    Task SwitchAsync(PowerSwitch to, CancellationToken cancel);

    /// <summary>Looks whether <see cref="SetBootOnceAsync"/> can be asked for <paramref name="target"/>, before anything is done.</summary>
    Task CheckBootAsync(BootTarget target, CancellationToken cancel) => target == BootTarget.Http
        ? throw new PowerException(PowerFailure.NotSupported, "this driver cannot set HTTP boot; use --boot network, or driver redfish")
        : Task.CompletedTask;

    /// <summary>Sets what the machine boots from at its next start, once.</summary>
    Task SetBootOnceAsync(BootTarget target, CancellationToken cancel);

    /// <summary>The boot override that the BMC reports afterwards.</summary>
    Task<BootOverride> ReadBootAsync(CancellationToken cancel);

    /// <summary>Lights the locator lamp for <paramref name="duration"/>.</summary>
    Task IdentifyAsync(TimeSpan duration, CancellationToken cancel);
}
