using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Shared checks.</summary>
internal static partial class Check
{
    /// <summary>What the main branch of Talos takes (commit ad8823176), and branch release-1.14 did not as of 1.14.0-rc.1.</summary>
    public const string NewerThanReleases = "is newer than Talos 1.14.0-rc.1, which refuses it: check that the node's release takes it";

    /// <summary>Requires a document's name.</summary>
    public static void Name(Cursor document) => document["name"].Require("is required: it identifies the document");

    /// <summary>A name of letters, digits, hyphens and, where allowed, underscores.</summary>
    public static void VolumeName(Cursor document, int most, bool underscores = false)
    {
        var name = document["name"];
        if (!name.Require())
            return;
        name.Refuse(name.Text.Length > most, $"can have at most {most} characters");
        name.Refuse(!name.Text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-' || (underscores && c == '_')),
            underscores ? "can only contain letters, digits, hyphens and underscores" : "can only contain letters, digits and hyphens");
    }

    /// <summary>An address, or an address with a prefix length; "!" before it excludes it.</summary>
    public static void Subnets(Cursor list)
    {
        foreach (var item in list.Items)
            item.Refuse(!IsSubnetOrAddress(item.Text.StartsWith('!') ? item.Text[1..] : item.Text),
                $"\"{item.Text}\" is neither a subnet such as 10.0.0.0/8 nor an address");
    }

    public static bool IsSubnetOrAddress(string text) => IsAddress(text) || IsPrefix(text);

    public static bool IsAddress(string text) => ConfigAddress.TryParse(text, out _);

    public static bool IsPrefix(string text) => ConfigAddress.TryParsePrefix(text, out _, out _);

    // siderolabs/net net.go, ValidateEndpointURI: any URL with a host is valid.
    public static string? EndpointProblem(string text)
    {
        if (!GoUrl.TryParse(text, out var url) || url.Hostname.Length == 0)
            return "is not a URL such as https://10.0.0.10:6443";
        if (url.Host.Count(c => c == ':') > 2 && !url.Host.Contains('['))
            return "needs brackets around the IPv6 address: https://[fd00::1]:6443";
        return url.Port.Length > 0 && (!int.TryParse(url.Port, out var port) || port is < 1 or > 65535)
            ? "has a port that is not between 1 and 65535" : null;
    }

    /// <summary>Whether a text is a host and a port for Go's net.SplitHostPort.</summary>
    public static bool IsHostAndPort(string text) => HostAndPort().IsMatch(text);

    public static bool IsWireguardKey(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var length) && length == 32;
    }

    /// <summary>Whether a text has at least one PEM block, all with this label if one is given.</summary>
    public static bool IsPem(string text, string? label = null)
    {
        var found = false;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (label is not null && !rest[fields.Label].SequenceEqual(label))
                return false;
            found = true;
            rest = rest[fields.Location.End..];
        }

        return found;
    }

    public static bool IsCertificate(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Checks a certificate and its key, as plain PEM (meta/certificate_key.go).</summary>
    public static void CertificateAndKey(Cursor pair, bool load)
    {
        if (!pair.Exists)
            return;
        var (certificate, key) = (pair["cert"], pair["key"]);
        if (certificate.Require() && !IsPem(certificate.Text, "CERTIFICATE"))
            certificate.Refuse("is not a PEM certificate");
        else if (load && !certificate.IsZero)
            certificate.Refuse(!IsCertificate(certificate.Text), "is not a readable certificate");
        if (key.Require())
            key.Refuse(!IsPem(key.Text), "is not a PEM key");
    }

    public static void AcceptedCertificates(Cursor list)
    {
        foreach (var item in list.Items)
            item.Refuse(!IsPem(item.Text, "CERTIFICATE"), "is not a PEM certificate");
    }

    [GeneratedRegex(@"^([a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})(\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62})*[._]?$")]
    public static partial Regex DnsName();

    [GeneratedRegex(@"^(\[[^\[\]]*\]|[^:\[\]]*):[^:\[\]]*$")]
    private static partial Regex HostAndPort();
}
