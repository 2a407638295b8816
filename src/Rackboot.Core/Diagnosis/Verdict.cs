namespace Rackboot.Core.Diagnosis;

/// <summary>Why a machine stands where it stands.</summary>
/// <param name="Cause">Its name, which stays the same in other versions: <c>other-dhcp-server</c>.</param>
/// <param name="Sentence">What a person reads first.</param>
/// <param name="Evidence">What it rests on, beside the timeline.</param>
/// <param name="Remedies">What to do, the best first; empty where nothing is to be done.</param>
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
