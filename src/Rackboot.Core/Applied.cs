namespace Rackboot.Core;

/// <summary>What a change by the operator came to: the document as it is now, or why it was refused.</summary>
/// <param name="Changed">Whether it is another one than before, or new.</param>
public sealed record Applied<T>(T? Document, bool Created, Refusal? Refusal = null, bool Changed = true)
    where T : class
{
    internal static Applied<T> Unchanged(T document) => new(document, Created: false, Changed: false);

    internal static Applied<T> Refused(Refusal refusal) => new(null, false, refusal, Changed: false);
}
