using Rackboot.Core.Power.Firmware;

namespace Rackboot.Core.Power;

/// <summary>A requested power action and its user.</summary>
/// <param name="Boot">What to boot from once, at the start by this action.</param>
/// <param name="By">The user, as far as it is known.</param>
public sealed record PowerRequest(PowerAction Action, BootTarget? Boot, string By)
{
    /// <summary>What to install; with <see cref="PowerAction.Firmware"/> alone.</summary>
    public FirmwareSource? Firmware { get; init; }

    /// <summary>Whether it restarts a machine.</summary>
    public bool Starts => Action is PowerAction.On or PowerAction.Cycle or PowerAction.Reset;

    /// <summary>The error of this request; null if it is valid.</summary>
    public string? Mistake => Boot is not null && !Starts
        ? $"boot is allowed with on, cycle and reset, which start a machine; {EnumWord.Of(Action)} does not"
        : Action == PowerAction.Firmware != Firmware is not null
            ? "install firmware with: rackboot bmc firmware MACHINE --update FILE|URL"
            : null;

    public override string ToString() =>
        EnumWord.Of(Action)
        + (Boot is { } boot ? $", boot once from {EnumWord.Of(boot)}" : "")
        + (Firmware is { } firmware ? $" {firmware.Name}" : "");
}
