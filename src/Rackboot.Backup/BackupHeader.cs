using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Backup;

/// <summary>The beginning of a backup, in the clear: how its key is had. The file: <c>RACKBOOT-BACKUP\n</c>, the header's length (32 bits,
/// big-endian), the header as JSON, then the encrypted chunks (<see cref="SealingStream"/>).</summary>
internal sealed record BackupHeader
{
    public const int Newest = 1;

    private const int MostBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static ReadOnlySpan<byte> Magic => "RACKBOOT-BACKUP\n"u8;

    public int Format { get; init; } = Newest;

    /// <summary>With a passphrase: salt of PBKDF2 with HMAC-SHA-512 (RFC 8018 §5.2).</summary>
    public byte[]? Salt { get; init; }

    /// <summary>With a passphrase: how often PBKDF2 iterates.</summary>
    public int Iterations { get; init; }

    /// <summary>With a public key: the backup's key, encrypted by RSA-OAEP with SHA-256 (RFC 8017 §7.1).</summary>
    public byte[]? WrappedKey { get; init; }

    /// <summary>With a public key: SHA-256 of it (SubjectPublicKeyInfo), hexadecimal.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Tells a wrong key from a damaged file.</summary>
    public byte[] Check { get; init; } = [];

    /// <summary>As it stands in the file, all before the first chunk.</summary>
    public byte[] Write()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        var bytes = new byte[Magic.Length + 4 + json.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(Magic.Length), json.Length);
        json.CopyTo(bytes, Magic.Length + 4);
        return bytes;
    }

    /// <returns>The header, and its bytes in the file.</returns>
    /// <exception cref="BackupException">It is no backup, or of a newer Rackboot.</exception>
    public static async Task<(BackupHeader Header, byte[] Bytes)> ReadAsync(Stream from, CancellationToken cancel)
    {
        var start = new byte[Magic.Length + 4];
        if (await from.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false) < start.Length
            || !start.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new BackupException("this is no backup of Rackboot");
        var length = BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(Magic.Length));
        if (length is < 2 or > MostBytes)
            throw Damaged();
        var json = new byte[length];
        if (await from.ReadAtLeastAsync(json, length, throwOnEndOfStream: false, cancel).ConfigureAwait(false) < length)
            throw new BackupException("the backup is cut short, in its first bytes; take another copy of it");
        try
        {
            var header = JsonSerializer.Deserialize<BackupHeader>(json, Json) ?? throw Damaged();
            return header.Format > Newest
                ? throw new BackupException($"the backup has format {header.Format}, which a newer Rackboot wrote; this one knows {Newest}")
                : (header, [.. start, .. json]);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Damaged();
        }
    }

    private static BackupException Damaged() => new("the backup is damaged in its first bytes; take another copy of it");
}
