using System.Security.Cryptography;

namespace Rackboot.Core.Storage.Sealing;

/// <summary>Keeps secrets out of the store's file: every document of a sealed table is encrypted when it is written and decrypted
/// when it is read, bound to its table and key. Code that stores a secret uses a table of this list; nothing else is needed.</summary>
public sealed class SealedTables
{
    /// <summary>The tables whose documents are encrypted.</summary>
    public static IReadOnlyList<Table> All { get; } =
        [Table.MachineConfigs, Table.Credentials, Table.ClusterSecrets, Table.JoinTokens, Table.Certificates];

    private const int MostKeys = 16;

    // Seals with the first; the others open documents of earlier keys, which running reads may still see.
    private volatile StoreKey[] _keys;

    internal SealedTables(params StoreKey[] keys) => _keys = keys;

    public StoreKey Current => _keys[0];

    public static bool Contains(Table table) => All.Contains(table);

    /// <summary>Encrypts <paramref name="plain"/> for the document <paramref name="key"/> of <paramref name="table"/>.</summary>
    public byte[] Seal(Table table, string key, ReadOnlySpan<byte> plain) => Current.Seal(table, key, plain);

    /// <summary>Decrypts the result of <see cref="Seal"/> for the same place.</summary>
    /// <exception cref="InvalidDataException">It was encrypted with another key, for another place, or is damaged.</exception>
    public byte[] Open(Table table, string key, ReadOnlySpan<byte> box)
    {
        try
        {
            if (StoreKey.IsSealed(box) && StoreKey.IdOf(box) is var id && _keys.FirstOrDefault(k => k.Id == id) is { } fitting)
                return fitting.Open(table, key, box);
        }
        catch (CryptographicException)
        {
            // The key is right, so the document is not the stored one.
        }

        throw new InvalidDataException($"decrypting {SqliteSchema.Name(table)} {key} with the key in {Current.Source} failed: that is "
            + $"not the key it was encrypted with, or the store was tampered with; restore the right key, or the store that belongs to "
                + $"it (docs/store.md)");
    }

    internal void Use(StoreKey key) => _keys = [key, .. _keys.Where(k => k.Id != key.Id).Take(MostKeys - 1)];
}
