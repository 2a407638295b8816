using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Talos.Secrets;

/// <summary>An Ed25519 private key (RFC 8032) that signs certificates: talosctl creates the CA of the Talos API with one, and .NET 10
/// cannot load it.</summary>
public sealed class Ed25519Key : X509SignatureGenerator
{
    private const string Oid = "1.3.101.112"; // RFC 8410 §3
    private readonly byte[] _seed;

    private Ed25519Key(byte[] seed)
    {
        _seed = seed;
        Public = Libcrypto.PublicKey(seed);
    }

    /// <summary>The public key, 32 bytes.</summary>
    public byte[] Public { get; }

    /// <summary>A new key.</summary>
    public static Ed25519Key Generate() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>The key from a seed of 32 bytes (RFC 8032 §5.1.5).</summary>
    public static Ed25519Key FromSeed(ReadOnlySpan<byte> seed) => seed.Length == 32
        ? new(seed.ToArray())
        : throw new ArgumentException("an Ed25519 seed must have 32 bytes", nameof(seed));

    /// <summary>Reads PKCS#8 (RFC 8410 §7). Returns false if it is not an Ed25519 key.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> pkcs8, out Ed25519Key? key)
    {
        key = null;
        try
        {
            var outer = new AsnReader(pkcs8, AsnEncodingRules.DER).ReadSequence();
            outer.ReadInteger();
            if (outer.ReadSequence().ReadObjectIdentifier() != Oid)
                return false;
            var seed = new AsnReader(outer.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
            if (seed.Length != 32)
                return false;
            key = new(seed);
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>The 64-byte signature of <paramref name="message"/>.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => Libcrypto.Sign(_seed, message);

    /// <summary>PEM as Talos writes it: the label <c>ED25519 PRIVATE KEY</c> around PKCS#8 (siderolabs/crypto x509/key.go).</summary>
    public string ToPem()
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(_seed);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(Oid);
            writer.WriteOctetString(inner.Encode());
        }

        return PemEncoding.WriteString("ED25519 PRIVATE KEY", writer.Encode()) + "\n";
    }

    /// <inheritdoc/>
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(Oid);
        return writer.Encode();
    }

    /// <inheritdoc/>
    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => Sign(data);

    /// <inheritdoc/>
    protected override PublicKey BuildPublicKey() => PublicKeyOf(Public);

    private static PublicKey PublicKeyOf(byte[] raw)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(Oid);
            writer.WriteBitString(raw);
        }

        return System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(writer.Encode(), out _);
    }
}
