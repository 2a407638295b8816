namespace Rackboot.Lab.Storm.Report;

/// <summary>How the machines of one class of faults did.</summary>
/// <param name="Fault">In the word of the command line; <c>healthy</c>.</param>
/// <param name="Reported">How many came up.</param>
/// <param name="FirstAttempt">How many at their first attempt, without waiting.</param>
/// <param name="RightWords">Of how many <c>explain</c> says what is wrong with them.</param>
/// <param name="Amiss">Machines that did not do as their class should, and why; the first few.</param>
internal sealed record FaultCount(
    string Fault, int Machines, int Reported, int FirstAttempt, int RightWords, IReadOnlyList<string> Amiss);
