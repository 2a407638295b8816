namespace Rackboot.Core;

/// <summary>The result of an operator's change: the stored document, or why it was refused.</summary>
/// <param name="Changed">Whether the document is new or changed.</param>
public sealed record Applied<T>(T? Document, bool Created, Refusal? Refusal = null, bool Changed = true)
    where T : class
{
    internal static Applied<T> Unchanged(T document) => new(document, Created: false, Changed: false);

    internal static Applied<T> Refused(Refusal refusal) => new(null, false, refusal, Changed: false);
}
