using System.Security.Cryptography;

namespace Rackboot.Ipmi.Wire;

/// <summary>The algorithms of a cipher suite, with their numbers on the wire (IPMI 2.0 §13.28, tables 13-17 to 13-19).</summary>
/// <param name="Authentication">1 RAKP-HMAC-SHA1, 3 RAKP-HMAC-SHA256.</param>
/// <param name="Integrity">1 HMAC-SHA1-96, 4 HMAC-SHA256-128.</param>
/// <param name="Confidentiality">0 none, 1 AES-CBC-128.</param>
/// <param name="HashLength">Bytes of a whole hash, as in RAKP messages 2 and 3.</param>
/// <param name="CodeLength">Bytes of an integrity code, and of the check value in RAKP message 4.</param>
internal sealed record Suite(IpmiCipherSuite Id, byte Authentication, byte Integrity, byte Confidentiality, int HashLength, int CodeLength)
{
    public const int LongestHash = 32;

    private static readonly Suite[] All =
    [
        new(IpmiCipherSuite.Sha1Unencrypted, 1, 1, 0, 20, 12),
        new(IpmiCipherSuite.Sha1, 1, 1, 1, 20, 12),
        new(IpmiCipherSuite.Sha256Unencrypted, 3, 4, 0, 32, 16),
        new(IpmiCipherSuite.Sha256, 3, 4, 1, 32, 16),
    ];

    public bool Encrypts => Confidentiality != 0;

    public static Suite Of(IpmiCipherSuite id) =>
        Array.Find(All, s => s.Id == id) ?? throw new ArgumentOutOfRangeException(nameof(id), id, "unsupported cipher suite");

    /// <summary>The suite with these algorithms, or none.</summary>
    public static Suite? With(byte authentication, byte integrity, byte confidentiality) =>
        Array.Find(All, s => (s.Authentication, s.Integrity, s.Confidentiality) == (authentication, integrity, confidentiality));

    /// <summary>The keyed hash; writes <see cref="HashLength"/> bytes.</summary>
    public void Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (HashLength == 20)
#pragma warning disable CA5350 // suites 2 and 3 are made of SHA-1, as an HMAC
            HMACSHA1.HashData(key, data, destination);
#pragma warning restore CA5350
        else
            HMACSHA256.HashData(key, data, destination);
    }
}
