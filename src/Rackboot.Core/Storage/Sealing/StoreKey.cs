using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Core.Storage.Sealing;

/// <summary>A key that secrets are encrypted with at rest: AES-256-GCM, with the table and the document's key as associated data, so that
/// what
/// is stored in one place cannot be passed off as another's.</summary>
public sealed class StoreKey
{
    internal const int KeyBytes = 32;
    internal const byte Format = 2;

    private const int IdBytes = 8;
    private const int NonceBytes = 12; // NIST SP 800-38D §8.2.2: random, 96 bits
    private const int TagBytes = 16;
    private const int NonceAt = 1 + IdBytes;
    private const int TagAt = NonceAt + NonceBytes;
    private const int ContentAt = TagAt + TagBytes;

    private readonly byte[] _key;
    private readonly byte[] _id;

    internal StoreKey(byte[] key, string source)
    {
        (_key, Source) = (key, source);
        _id = HMACSHA256.HashData(key, "rackboot key id"u8)[..IdBytes];
        Id = Convert.ToHexStringLower(_id);
    }

    /// <summary>The file it came from.</summary>
    public string Source { get; }

    /// <summary>Tells keys apart, and nothing about them.</summary>
    public string Id { get; }

    /// <summary>The key itself, for a backup that is encrypted in its turn.</summary>
    public ReadOnlySpan<byte> Bytes => _key;

    internal static bool IsSealed(ReadOnlySpan<byte> body) => body.Length >= ContentAt && body[0] == Format;

    internal static string IdOf(ReadOnlySpan<byte> box) => Convert.ToHexStringLower(box.Slice(1, IdBytes));

    internal byte[] Seal(Table table, string key, ReadOnlySpan<byte> plain)
    {
        var box = new byte[ContentAt + plain.Length];
        box[0] = Format;
        _id.CopyTo(box, 1);
        RandomNumberGenerator.Fill(box.AsSpan(NonceAt, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(box.AsSpan(NonceAt, NonceBytes), plain, box.AsSpan(ContentAt), box.AsSpan(TagAt, TagBytes), Bound(table, key));
        return box;
    }

    /// <exception cref="CryptographicException">It was sealed with another key, for another place, or has changed.</exception>
    internal byte[] Open(Table table, string key, ReadOnlySpan<byte> box)
    {
        if (!IsSealed(box))
            throw new CryptographicException("not sealed");
        return Decrypt(box.Slice(NonceAt, NonceBytes), box.Slice(TagAt, TagBytes), box[ContentAt..], Bound(table, key));
    }

    internal byte[] Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> content, byte[] bound)
    {
        var plain = new byte[content.Length];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(nonce, content, tag, plain, bound);
        return plain;
    }

    private static byte[] Bound(Table table, string key) => Encoding.UTF8.GetBytes($"rackboot store\0{SqliteSchema.Name(table)}\0{key}");
}
