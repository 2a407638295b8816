namespace Rackboot.Core.Diagnosis;

/// <summary>What a kind of fact means for a boot that came no further since.</summary>
/// <param name="Cause">Its name in the API.</param>
/// <param name="Remedies">What to do, of the situation and of what the fact is about.</param>
/// <param name="IsSymptom">It follows from something else, which is the cause where it is known.</param>
internal sealed record Fault(string Cause, Confidence Confidence, Func<Situation, string?, IEnumerable<string>> Remedies,
    bool IsSymptom = false);
