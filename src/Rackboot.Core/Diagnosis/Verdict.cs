namespace Rackboot.Core.Diagnosis;

/// <summary>The explanation of a machine's boot state.</summary>
/// <param name="Cause">Its name, the same in all versions: <c>other-dhcp-server</c>.</param>
/// <param name="Sentence">What a person reads first.</param>
/// <param name="Evidence">Its evidence, in addition to the timeline.</param>
/// <param name="Remedies">The remedies, the best first; empty if there is nothing to do.</param>
public sealed record Verdict(string Cause, Confidence Confidence, string Sentence, IReadOnlyList<string> Evidence,
    IReadOnlyList<string> Remedies)
{
    public static Verdict Certain(string cause, string sentence, params IReadOnlyList<string> remedies) =>
        new(cause, Confidence.Certain, sentence, [], remedies);

    public static Verdict Likely(string cause, string sentence, params IReadOnlyList<string> remedies) =>
        new(cause, Confidence.Likely, sentence, [], remedies);

    public static Verdict Possible(string cause, string sentence, params IReadOnlyList<string> remedies) =>
        new(cause, Confidence.Possible, sentence, [], remedies);
}
