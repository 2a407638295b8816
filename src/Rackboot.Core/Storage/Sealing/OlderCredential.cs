using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rackboot.Core.Storage.Sealing;

/// <summary>A credential as Rackboot stored it before whole documents were sealed: user name in the clear, passwords in a box of their
/// own, which was a byte 1, nonce (12), tag (16) and content.</summary>
internal static class OlderCredential
{
    private const byte Format = 1;
    private const int TagAt = 13;
    private const int ContentAt = 29;

    private sealed record Stored(string Username, DateTimeOffset Changed, byte[] Box, IReadOnlyList<string>? Proven);

    private sealed record Passwords(byte[] Current, byte[]? Next);

    private sealed record Whole(string Username, DateTimeOffset Changed, byte[] Current, byte[]? Next, IReadOnlyList<string>? Proven);

    /// <summary>The document as it is stored now, before it is sealed.</summary>
    /// <exception cref="InvalidDataException">The key is not the one that it was encrypted with.</exception>
    public static byte[] Read(StoreKey key, string name, byte[] body)
    {
        var stored = StoreJson.Read<Stored>(new StoredDocument(name, 0, body));
        try
        {
            if (stored.Box is not { Length: >= ContentAt } box || box[0] != Format)
                throw new CryptographicException("not a box");
            var bound = Encoding.UTF8.GetBytes("rackboot credential\0" + name);
            var plain = key.Decrypt(box.AsSpan(1, 12), box.AsSpan(TagAt, 16), box.AsSpan(ContentAt), bound);
            var passwords = JsonSerializer.Deserialize<Passwords>(plain)!;
            return StoreJson.Write(new Whole(stored.Username, stored.Changed, passwords.Current, passwords.Next, stored.Proven));
        }
        catch (CryptographicException)
        {
            throw new InvalidDataException($"decrypting credential {name} with the key in {key.Source} failed: that is not the key it "
                + $"was encrypted with, or the store was tampered with; restore the right key (docs/store.md)");
        }
    }
}
