namespace Rackboot.Core.Diagnosis;

/// <summary>The meaning of a kind of fact for a boot without progress since.</summary>
/// <param name="Cause">Its name in the API.</param>
/// <param name="Remedies">The remedies, from the situation and the fact's subject.</param>
/// <param name="IsSymptom">It follows from another fact, which is the cause if it is known.</param>
internal sealed record Fault(string Cause, Confidence Confidence, Func<Situation, string?, IEnumerable<string>> Remedies,
    bool IsSymptom = false);
