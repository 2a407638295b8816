namespace Rackboot.Core.Power;

/// <summary>How an action on one machine ended well.</summary>
/// <param name="State">As read last.</param>
/// <param name="Text">One sentence, <c>is on, after 4.1 s</c>.</param>
public sealed record PowerResult(PowerState State, string Text);
