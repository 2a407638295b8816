using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Talos.Secrets;

/// <summary>A private key of one of Talos's types: ECDSA, Ed25519 or RSA.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly IDisposable? _owned;

    private SigningKey(X509SignatureGenerator generator, HashAlgorithmName hash, string pem, IDisposable? owned)
    {
        Generator = generator;
        Hash = hash;
        Pem = pem;
        _owned = owned;
    }

    public X509SignatureGenerator Generator { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>The private key in Talos's format.</summary>
    public string Pem { get; }

    public PublicKey Public => Generator.PublicKey;

    public static SigningKey NewP256()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Of(key, key.ExportECPrivateKeyPem() + "\n");
    }

    public static SigningKey NewEd25519()
    {
        var key = Ed25519Key.Generate();
        return new(key, HashAlgorithmName.SHA512, key.ToPem(), null);
    }

    public static bool TryRead(SecretText pem, out SigningKey? key, out string? error)
    {
        key = null;
        error = "the key is not a PEM EC, Ed25519 or RSA private key";
        var text = pem.Reveal();
        if (!PemEncoding.TryFind(text, out var fields))
            return false;
        try
        {
            var der = new byte[fields.DecodedDataLength];
            if (!Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], der, out var length))
                return false;
            key = Read(text[fields.Label], der.AsMemory(0, length), text);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The content does not match the label, or an unknown curve.
        }

        error = key is null ? error : null;
        return key is not null;
    }

    /// <summary>Whether <paramref name="pem"/> is a readable private key.</summary>
    public static bool IsOne(SecretText pem)
    {
        var read = TryRead(pem, out var key, out _);
        key?.Dispose();
        return read;
    }

    public void Dispose() => _owned?.Dispose();

    private static SigningKey? Read(string label, ReadOnlyMemory<byte> der, string pem)
    {
        switch (label)
        {
            case "EC PRIVATE KEY":
                return Import(ECDsa.Create(), key => key.ImportECPrivateKey(der.Span, out _), pem);
            case "RSA PRIVATE KEY":
                return Import(RSA.Create(), key => key.ImportRSAPrivateKey(der.Span, out _), pem);
            case "ED25519 PRIVATE KEY" or "PRIVATE KEY" when Ed25519Key.TryRead(der, out var ed25519):
                return new(ed25519!, HashAlgorithmName.SHA512, pem, null);
            case "PRIVATE KEY":
                try
                {
                    return Import(ECDsa.Create(), key => key.ImportPkcs8PrivateKey(der.Span, out _), pem);
                }
                catch (CryptographicException)
                {
                    return Import(RSA.Create(), key => key.ImportPkcs8PrivateKey(der.Span, out _), pem);
                }

            default:
                return null;
        }
    }

    private static SigningKey Import<T>(T key, Action<T> import, string pem)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key is ECDsa ec ? Of(ec, pem) : Of((RSA)(object)key, pem);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static SigningKey Of(ECDsa key, string pem) => new(
        X509SignatureGenerator.CreateForECDsa(key),
        key.KeySize switch { <= 256 => HashAlgorithmName.SHA256, <= 384 => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 },
        pem,
        key);

    private static SigningKey Of(RSA key, string pem) =>
        new(X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256, pem, key);
}
