namespace Rackboot.Core.Power.Operations;

/// <summary>How far an operation has come on one machine.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="Took">Since it was this machine's turn.</param>
public sealed record PowerProgress(string Machine, PowerStep Step, string Text, PowerState Power, TimeSpan Took)
{
    public bool IsOver => Step is PowerStep.Done or PowerStep.Failed or PowerStep.Skipped;
}
