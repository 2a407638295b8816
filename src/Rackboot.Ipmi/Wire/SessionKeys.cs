using System.Security.Cryptography;

namespace Rackboot.Ipmi.Wire;

/// <summary>The keys of one session, made of its integrity key SIK (IPMI 2.0 §13.32), and what they do to its packets.</summary>
internal sealed class SessionKeys : IDisposable
{
    private const int Block = 16;

    // §13.32: both constants are 20 bytes long, for SHA-256 too: ipmitool and freeipmi agree.
    private const int ConstantLength = 20;

    private readonly byte[] _integrity;
    private readonly Aes? _aes;

    public SessionKeys(Suite suite, ReadOnlySpan<byte> sessionIntegrityKey)
    {
        Suite = suite;
        _integrity = Derive(suite, sessionIntegrityKey, 1);
        if (!suite.Encrypts)
            return;
        var confidentiality = Derive(suite, sessionIntegrityKey, 2);
        _aes = Aes.Create();
        _aes.SetKey(confidentiality.AsSpan(0, Block));
        CryptographicOperations.ZeroMemory(confidentiality);
    }

    public Suite Suite { get; }

    /// <summary>Writes the integrity code of some bytes.</summary>
    public void Sign(ReadOnlySpan<byte> bytes, Span<byte> code)
    {
        Span<byte> hash = stackalloc byte[Suite.HashLength];
        Suite.Hash(_integrity, bytes, hash);
        hash[..Suite.CodeLength].CopyTo(code);
    }

    public bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> code)
    {
        Span<byte> right = stackalloc byte[Suite.CodeLength];
        Sign(bytes, right);
        return CryptographicOperations.FixedTimeEquals(right, code);
    }

    /// <summary>Encrypts a payload (§13.29, table 13-20: initialization vector, data, pad 1 2 3 ..., pad length); returns its new
    /// length.</summary>
    public int Encrypt(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var pad = (Block - (payload.Length + 1) % Block) % Block;
        Span<byte> plain = stackalloc byte[payload.Length + pad + 1];
        payload.CopyTo(plain);
        for (var i = 0; i < pad; i++)
            plain[payload.Length + i] = (byte)(i + 1);
        plain[^1] = (byte)pad;
        RandomNumberGenerator.Fill(destination[..Block]);
        return Block + _aes!.EncryptCbc(plain, destination[..Block], destination[Block..], PaddingMode.None);
    }

    /// <summary>Decrypts a payload into a buffer that is at least as long.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> payload, Span<byte> destination, out int length)
    {
        length = 0;
        if (_aes is null || payload.Length < 2 * Block || payload.Length % Block != 0)
            return false;
        var written = _aes.DecryptCbc(payload[Block..], payload[..Block], destination, PaddingMode.None);
        length = written - 1 - destination[written - 1];
        return length >= 0;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_integrity);
        _aes?.Dispose();
    }

    private static byte[] Derive(Suite suite, ReadOnlySpan<byte> key, byte number)
    {
        Span<byte> constant = stackalloc byte[ConstantLength];
        constant.Fill(number);
        var derived = new byte[suite.HashLength];
        suite.Hash(key, constant, derived);
        return derived;
    }
}
