namespace Rackboot.Core.Power.Operations;

/// <summary>Decides about an action that a stop of the daemon interrupted. An idempotent action is resumed;
/// one that must not run twice ends with the reason.</summary>
internal static class CutOff
{
    /// <summary>Older actions are not resumed: machines may have been in use since.</summary>
    public static readonly TimeSpan TakenUpWithin = TimeSpan.FromMinutes(10);

    /// <summary>Whether the state of the machine decides.</summary>
    public static bool NeedsState(PowerRequest request, bool begun) =>
        begun && (request.Action == PowerAction.Cycle || request is { Action: PowerAction.On, Boot: not null });

    /// <summary>Why the action ends; null: it is resumed.</summary>
    /// <param name="begun">The machine may already have been changed.</param>
    /// <param name="away">How long the operation was interrupted.</param>
    /// <param name="state">The machine's power now, where <see cref="NeedsState"/> says that it decides.</param>
    public static string? Reason(PowerRequest request, string machine, bool begun, TimeSpan away, PowerState state)
    {
        if (away > TakenUpWithin)
            return $"the daemon was stopped for {away.TotalMinutes:0} min during this operation, too long to continue; repeat the command";
        if (request.Action == PowerAction.Firmware)
            return begun
                ? $"the daemon restarted during the upload to the BMC; check whether it is installed: rackboot bmc firmware {machine}"
                : "the daemon restarted before the upload to the BMC; repeat the command";
        if (!begun || request.Action is PowerAction.Off or PowerAction.Soft or PowerAction.Status or PowerAction.Identify)
            return null;
        return request.Action switch
        {
            PowerAction.Reset => $"the daemon restarted during this; check whether the machine was reset: rackboot explain {machine}",
            PowerAction.Cycle or PowerAction.On when NeedsState(request, begun) && state != PowerState.Off =>
                $"the daemon restarted during this; the machine is {EnumWord.Of(state)} now. See what it booted from: "
                + $"rackboot explain {machine}",
            _ => null,
        };
    }
}
