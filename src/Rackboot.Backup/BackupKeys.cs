using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Backup;

/// <summary>The key of a backup: made for a passphrase or a public key, and had again.</summary>
internal static class BackupKeys
{
    public const int Bytes = 32;

    // OWASP's Password Storage Cheat Sheet asks for 210,000 with HMAC-SHA-512.
    private const int Iterations = 400_000;
    private const int MostIterations = 20_000_000;
    private const int LeastRsaBits = 2048;

    public static (BackupHeader Header, byte[] Key) Create(BackupSeal seal)
    {
        switch (seal)
        {
            case BackupSeal.Passphrase { Text: var text }:
                if (text.Length < BackupSeal.LeastPassphrase)
                    throw new BackupException($"the passphrase is too short: it must have {BackupSeal.LeastPassphrase} characters");
                var salt = RandomNumberGenerator.GetBytes(32);
                var derived = Derive(text, salt, Iterations);
                return (new BackupHeader { Salt = salt, Iterations = Iterations, Check = Check(derived) }, derived);
            case BackupSeal.PublicKey { Pem: var pem }:
                using (var rsa = Import(pem, null, isPrivate: false))
                {
                    var key = RandomNumberGenerator.GetBytes(Bytes);
                    return (new BackupHeader
                    {
                        WrappedKey = rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256), PublicKey = Fingerprint(rsa), Check = Check(key),
                    }, key);
                }

            default:
                throw new ArgumentOutOfRangeException(nameof(seal));
        }
    }

    /// <exception cref="BackupException">It does not open this backup.</exception>
    public static byte[] Open(BackupHeader header, BackupUnlock unlock)
    {
        var key = (unlock, header) switch
        {
            (BackupUnlock.Passphrase { Text: var text }, { Salt: { Length: >= 16 } salt, Iterations: > 0 and <= MostIterations }) =>
                Derive(text, salt, header.Iterations),
            (BackupUnlock.PrivateKey given, { WrappedKey: { } wrapped }) => Unwrap(wrapped, given, header.PublicKey),
            (_, { WrappedKey: not null }) => throw new BackupException(
                $"the backup was made for the public key {header.PublicKey}; open it with its private key: --private-key FILE"),
            (_, { Salt: not null }) => throw new BackupException("the backup was made with a passphrase; give it: --passphrase-file FILE"),
            _ => throw new BackupException("the backup is damaged in its first bytes; take another copy of it"),
        };
        return CryptographicOperations.FixedTimeEquals(Check(key), header.Check) ? key
            : throw new BackupException("the passphrase is not the one that the backup was made with");
    }

    private static byte[] Derive(string passphrase, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), salt, iterations, HashAlgorithmName.SHA512, Bytes);

    private static byte[] Check(byte[] key) => HMACSHA256.HashData(key, "rackboot backup key"u8)[..16];

    private static byte[] Unwrap(byte[] wrapped, BackupUnlock.PrivateKey given, string? fingerprint)
    {
        using var rsa = Import(given.Pem, given.PemPassphrase, isPrivate: true);
        if (Fingerprint(rsa) is var own && own != fingerprint)
            throw new BackupException($"the private key belongs to another public key ({own}); the backup was made for {fingerprint}");
        try
        {
            return rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
        }
        catch (CryptographicException e)
        {
            throw new BackupException("the backup is damaged in its first bytes; take another copy of it", e);
        }
    }

    private static RSA Import(string pem, string? passphrase, bool isPrivate)
    {
        var rsa = RSA.Create();
        try
        {
            if (!isPrivate && pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
                throw new BackupException("that is a private key; give the public one: openssl pkey -in KEY.pem -pubout");
            if (pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
                rsa.ImportFromEncryptedPem(pem, passphrase
                    ?? throw new BackupException("the private key is encrypted; give its passphrase: --passphrase-file FILE"));
            else
                rsa.ImportFromPem(pem);
            return rsa.KeySize >= LeastRsaBits ? rsa
                : throw new BackupException($"an RSA key of {rsa.KeySize} bits is too short; at least {LeastRsaBits} are needed");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new BackupException(
                $"the {(isPrivate ? "private" : "public")} key is not an RSA key as PEM, or its passphrase is another; "
                + "make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072", e);
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    private static string Fingerprint(RSA rsa) => Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()));
}
