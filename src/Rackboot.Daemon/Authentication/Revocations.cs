using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rackboot.Daemon.Authentication;

/// <summary>Client certificates that no longer count: revocation lists of their authorities, or lines of serial numbers and
/// fingerprints.</summary>
internal sealed class Revocations
{
    private const string Label = "X509 CRL"; // RFC 7468 §7
    private const int MostSerialDigits = 40; // RFC 5280 §4.1.2.2: twenty octets
    private const int FingerprintDigits = 64;
    private const byte Sequence = 0x30;

    private readonly List<RevocationList> _lists = [];
    private readonly HashSet<string> _named = [];

    /// <summary>When the next list of an authority is due.</summary>
    public DateTimeOffset? Next => _lists.Min(l => l.Next);

    public bool Includes(X509Certificate2 certificate) =>
        _lists.Exists(l => l.Includes(certificate))
        || _named.Contains(certificate.SerialNumber.ToLowerInvariant().TrimStart('0'))
        || _named.Contains(Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256)));

    /// <summary>Reads a file of revocation lists, in PEM or DER, or of lines.</summary>
    /// <exception cref="InvalidDataException">It is neither.</exception>
    public static Revocations Read(byte[] file, X509Certificate2Collection authorities)
    {
        var read = new Revocations();
        if (file is [Sequence, > 0x7f, ..])
        {
            read._lists.Add(RevocationList.Read(file, authorities));
            return read;
        }

        var text = Encoding.UTF8.GetString(file);
        if (!text.Contains($"-----BEGIN {Label}-----", StringComparison.Ordinal))
            foreach (var (i, line) in text.Split('\n').Index())
                read.Add(line, i + 1);
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var pem))
        {
            if (rest[pem.Label].SequenceEqual(Label))
                read._lists.Add(RevocationList.Read(Convert.FromBase64String(rest[pem.Base64Data].ToString()), authorities));
            rest = rest[pem.Location.End..];
        }

        return read;
    }

    private void Add(string line, int number)
    {
        var digits = line.Split('#')[0].Replace(":", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
        if (digits.Length == 0)
            return;
        if (!digits.All(char.IsAsciiHexDigit) || digits.Length is > MostSerialDigits and not FingerprintDigits)
            throw new InvalidDataException($"line {number} is neither the serial number nor the SHA-256 fingerprint of a certificate, in "
                + "hexadecimal digits");
        _named.Add(digits.Length == FingerprintDigits ? digits : digits.TrimStart('0'));
    }
}
