using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rackboot.Backup;

/// <summary>The chunks that a backup is encrypted in: AES-256-GCM, each with its number and whether it is the last in its nonce, so that
/// chunks can be neither moved nor left out (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
/// Nonce-Reuse Misuse-Resistance", §7). The key is of this file alone. The header is bound to each as associated data.</summary>
internal sealed class Chunks(byte[] key, byte[] header) : IDisposable
{
    public const int PlainBytes = 64 * 1024;
    public const int TagBytes = 16;
    public const int SealedBytes = PlainBytes + TagBytes;

    private readonly AesGcm _aes = new(key, TagBytes);
    private readonly byte[] _bound = SHA256.HashData(header);
    private readonly byte[] _nonce = new byte[12];

    /// <summary>Encrypts <paramref name="plain"/> into <paramref name="chunk"/>, which is longer by the tag.</summary>
    public void Seal(ulong number, bool last, ReadOnlySpan<byte> plain, Span<byte> chunk)
    {
        Number(number, last);
        _aes.Encrypt(_nonce, plain, chunk[..plain.Length], chunk.Slice(plain.Length, TagBytes), _bound);
    }

    public bool TryOpen(ulong number, bool last, ReadOnlySpan<byte> chunk, Span<byte> plain)
    {
        Number(number, last);
        try
        {
            var length = chunk.Length - TagBytes;
            _aes.Decrypt(_nonce, chunk[..length], chunk[length..], plain[..length], _bound);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    private void Number(ulong number, bool last) =>
        BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(4), (number << 8) | (last ? 1UL : 0UL));
}
