namespace Rackboot.Core.Storage;

/// <summary>The store could not be read or written; nothing of the change was stored.</summary>
public sealed class StoreException(StoreTrouble trouble, Exception? inner = null) : IOException($"the store: {trouble.Sentence}", inner)
{
    public StoreTrouble Trouble { get; } = trouble;
}
