namespace Rackboot.Core.Storage;

/// <summary>One change of one document.</summary>
public readonly record struct Change
{
    public Table Table { get; private init; }
    public string Key { get; private init; }

    /// <summary>The new body; null deletes the document (or, with <see cref="WholePrefix"/>, all whose key begins with
    /// <see cref="Key"/>).</summary>
    public byte[]? Body { get; private init; }
    public long Version { get; private init; }

    /// <summary>The version that must be stored now: 0 means none. Null does not care.</summary>
    public long? Expected { get; private init; }
    public bool WholePrefix { get; private init; }

    /// <summary>Stores <paramref name="document"/>, whatever is there now.</summary>
    public static Change Put<T>(Table table, string key, T document, long version = 1) =>
        new() { Table = table, Key = key, Body = StoreJson.Write(document), Version = version };

    /// <summary>Stores <paramref name="document"/> as <paramref name="expected"/> + 1, if <paramref name="expected"/> is what is
    /// stored.</summary>
    public static Change Replace<T>(Table table, string key, T document, long expected) =>
        new() { Table = table, Key = key, Body = StoreJson.Write(document), Version = expected + 1, Expected = expected };

    public static Change Delete(Table table, string key) => new() { Table = table, Key = key };

    public static Change DeletePrefix(Table table, string prefix) => new() { Table = table, Key = prefix, WholePrefix = true };
}
