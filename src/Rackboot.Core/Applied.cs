namespace Rackboot.Core;

/// <summary>What a change by the operator came to: the document as it is now, or why it was refused.</summary>
public sealed record Applied<T>(T? Document, bool Created, Refusal? Refusal = null)
    where T : class
{
    internal static Applied<T> Refused(Refusal refusal) => new(null, false, refusal);
}
