namespace Rackboot.Core.Power;

/// <summary>What is asked for, and by whom.</summary>
/// <param name="Boot">What to boot from once, at the start that the action brings.</param>
/// <param name="By">The user, as far as it is known.</param>
public sealed record PowerRequest(PowerAction Action, BootTarget? Boot, string By)
{
    /// <summary>Whether a machine starts anew by it.</summary>
    public bool Starts => Action is PowerAction.On or PowerAction.Cycle or PowerAction.Reset;

    /// <summary>What is wrong with asking for this; null if nothing.</summary>
    public string? Mistake => Boot is not null && !Starts
        ? $"boot goes with on, cycle and reset, which start a machine; {PowerDesk.Word(Action)} does not"
        : null;

    public override string ToString() => PowerDesk.Word(Action) + (Boot is { } boot ? $", boot once from {PowerDesk.Word(boot)}" : "");
}
