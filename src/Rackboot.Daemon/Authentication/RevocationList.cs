using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Daemon.Authentication;

/// <summary>A certificate revocation list that an authority signed (RFC 5280 §5.1).</summary>
internal sealed class RevocationList
{
    private readonly byte[] _issuer;
    private readonly HashSet<string> _serials = [];

    private RevocationList(byte[] issuer) => _issuer = issuer;

    /// <summary>When the authority's next list is due; null if it does not say.</summary>
    public DateTimeOffset? Next { get; private set; }

    public bool Includes(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(_issuer) && _serials.Contains(Serial(certificate.SerialNumberBytes.Span));

    /// <summary>Reads a list, and checks that one of the authorities signed it.</summary>
    /// <exception cref="InvalidDataException">It is no list, or none of theirs.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> der, X509Certificate2Collection authorities)
    {
        try
        {
            // CertificateList: tbsCertList, signatureAlgorithm, signatureValue
            var file = new AsnReader(der, AsnEncodingRules.DER);
            var list = file.ReadSequence();
            file.ThrowIfNotEmpty();
            var signed = list.ReadEncodedValue();
            var algorithmIdentifier = list.ReadEncodedValue();
            var signature = list.ReadBitString(out var padding);
            list.ThrowIfNotEmpty();
            var read = ReadSigned(new AsnReader(signed, AsnEncodingRules.DER).ReadSequence(), algorithmIdentifier.Span);
            var algorithm = new AsnReader(algorithmIdentifier, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();
            if (padding != 0)
                throw new InvalidDataException("the signature of this revocation list does not end with a whole byte");
            if (!authorities.Any(a => a.SubjectName.RawData.AsSpan().SequenceEqual(read._issuer)
                && IsSigned(a, algorithm, signed.Span, signature)))
                throw new InvalidDataException("no authority of management.https.clientAuthority signed this revocation list");
            return read;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw new InvalidDataException($"this is no certificate revocation list: {e.Message}", e);
        }
    }

    // RFC 5280 §5.1: version, signature, issuer, thisUpdate, nextUpdate, revokedCertificates
    private static RevocationList ReadSigned(AsnReader list, ReadOnlySpan<byte> algorithm)
    {
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            list.ReadInteger();
        if (!list.ReadEncodedValue().Span.SequenceEqual(algorithm)) // §5.1.1.2
            throw new InvalidDataException("this revocation list names two algorithms for its one signature");
        var read = new RevocationList(list.ReadEncodedValue().ToArray());
        ReadTime(list);
        if (list.HasData && list.PeekTag() is var tag
            && (tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime)))
            read.Next = ReadTime(list);
        if (!list.HasData || !list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            return read;
        var revoked = list.ReadSequence();
        while (revoked.HasData)
            read._serials.Add(Serial(revoked.ReadSequence().ReadIntegerBytes().Span));
        return read;
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static bool IsSigned(X509Certificate2 authority, string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        // RFC 4055 §5, RFC 5758 §3.2
        switch (algorithm)
        {
            case "1.2.840.113549.1.1.11" or "1.2.840.113549.1.1.12" or "1.2.840.113549.1.1.13":
                using (var rsa = authority.GetRSAPublicKey())
                    return rsa?.VerifyData(signed, signature, Hash(algorithm), RSASignaturePadding.Pkcs1) == true;
            case "1.2.840.10045.4.3.2" or "1.2.840.10045.4.3.3" or "1.2.840.10045.4.3.4":
                using (var ecdsa = authority.GetECDsaPublicKey())
                    return ecdsa?.VerifyData(signed, signature, Hash(algorithm), DSASignatureFormat.Rfc3279DerSequence) == true;
            default:
                throw new InvalidDataException($"this revocation list is signed with {algorithm}; it takes RSA or ECDSA with SHA-256, -384 "
                    + "or -512");
        }
    }

    private static HashAlgorithmName Hash(string algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static string Serial(ReadOnlySpan<byte> serial) => Convert.ToHexStringLower(serial).TrimStart('0');
}
