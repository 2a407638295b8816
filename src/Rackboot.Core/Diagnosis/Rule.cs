namespace Rackboot.Core.Diagnosis;

/// <summary>One way in which a boot comes to stand still.</summary>
/// <param name="Name">What it looks for, in a few words.</param>
/// <param name="Find">The verdict; null if that is not it.</param>
internal sealed record Rule(string Name, Func<Situation, Verdict?> Find);
