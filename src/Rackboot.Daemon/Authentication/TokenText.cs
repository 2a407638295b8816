using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Rackboot.Daemon.Authentication;

/// <summary>How a token is written: <c>rb_ID_SECRET</c>, in hexadecimal. Scanners for leaked secrets find it by its beginning.</summary>
internal static class TokenText
{
    private const string Begin = "rb_";
    private const int IdBytes = 4;
    private const int SecretBytes = 32;
    private const int Length = 3 + (2 * IdBytes) + 1 + (2 * SecretBytes);

    /// <summary>A new token.</summary>
    /// <returns>The text, which is shown once, its id, and the hash of its secret.</returns>
    public static (string Text, string Id, string Hash) Create()
    {
        var (id, secret) = (RandomNumberGenerator.GetBytes(IdBytes), RandomNumberGenerator.GetBytes(SecretBytes));
        var name = Convert.ToHexStringLower(id);
        return ($"{Begin}{name}_{Convert.ToHexStringLower(secret)}", name, Hash(secret));
    }

    /// <summary>Reads what somebody shows.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? id, [NotNullWhen(true)] out string? hash)
    {
        (id, hash) = (null, null);
        Span<byte> bytes = stackalloc byte[SecretBytes];
        if (text.Length != Length || !text.StartsWith(Begin, StringComparison.Ordinal) || text[Begin.Length + (2 * IdBytes)] != '_')
            return false;
        var first = text.AsSpan(Begin.Length, 2 * IdBytes);
        var second = text.AsSpan(Begin.Length + (2 * IdBytes) + 1);
        if (Convert.FromHexString(second, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        hash = Hash(bytes);
        if (Convert.FromHexString(first, bytes[..IdBytes], out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        id = first.ToString().ToLowerInvariant();
        return true;
    }

    /// <summary>Compares hashes in a time that says nothing of where they differ.</summary>
    public static bool AreEqual(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(hash), System.Text.Encoding.ASCII.GetBytes(other));

    private static string Hash(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));
}
