namespace Rackboot.Core.Boot;

/// <summary>Where a boot stands.</summary>
/// <param name="Verdict">One sentence.</param>
/// <param name="Remedy">What to do; null when nothing is to be done.</param>
/// <param name="Findings">What the verdict rests on, oldest first.</param>
public sealed record BootExplanation(string Verdict, string? Remedy, IReadOnlyList<string> Findings);
