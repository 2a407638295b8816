namespace Rackboot.Core.Diagnosis;

/// <summary>One possible cause of a boot's state.</summary>
/// <param name="Name">Its cause, in a few words.</param>
/// <param name="Find">The verdict; null if the rule does not match.</param>
internal sealed record Rule(string Name, Func<Situation, Verdict?> Find);
