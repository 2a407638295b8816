using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Redfish;

/// <summary>
/// Which TLS certificate of a BMC is believed. BMCs come with a self-signed one, so the usual way is to believe the first one seen and to
/// refuse any other from then on.
/// </summary>
public sealed class RedfishTrust
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly bool _believesFirst;
    private readonly bool _system;
    private readonly Action<string>? _learned;
    private volatile string? _pin;
    private volatile string? _refusal;

    private RedfishTrust(string? pin, X509Certificate2Collection? authorities, bool believesFirst, bool system, Action<string>? learned) =>
        (_pin, _authorities, _believesFirst, _system, _learned) = (pin, authorities, believesFirst, system, learned);

    /// <summary>
    /// The pin in force: <c>sha256:</c> and the fingerprint of the certificate in lower-case hex. Null before the first connection, and
    /// with a CA. </summary>
    public string? Pin => _pin;

    /// <summary>Why the last connection was refused; null if it was not.</summary>
    internal string? Refusal => _refusal;

    /// <summary>Believes the certificate of the first connection, reports its pin for the caller to store, and from then on believes only
    /// that one.</summary>
    public static RedfishTrust FirstUse(Action<string>? learned = null) => new(null, null, true, false, learned);

    /// <summary>Believes one certificate.</summary>
    /// <param name="pin">What <see cref="FirstUse"/> reported, or the SHA-256 fingerprint as <c>openssl x509 -fingerprint -sha256</c>
    /// prints it.</param>
    /// <exception cref="ArgumentException">Not a SHA-256 fingerprint.</exception>
    public static RedfishTrust Pinned(string pin)
    {
        var hex = pin.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? pin[7..] : pin;
        hex = hex.Replace(":", "", StringComparison.Ordinal).Trim();
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
            throw new ArgumentException("a certificate pin is the SHA-256 fingerprint: 64 hexadecimal digits", nameof(pin));
        return new RedfishTrust("sha256:" + hex.ToLowerInvariant(), null, false, false, null);
    }

    /// <summary>Believes certificates that one of these authorities signed for the name or address in use.</summary>
    public static RedfishTrust Authorities(X509Certificate2Collection authorities) => new(null, authorities, false, false, null);

    /// <summary>Believes what the operating system believes.</summary>
    public static RedfishTrust System() => new(null, null, false, true, null);

    public static string PinOf(X509Certificate certificate) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));

    internal bool Believe(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        _refusal = certificate is null ? "the BMC sent no certificate" : Judge(certificate, presented, errors);
        return _refusal is null;
    }

    private string? Judge(X509Certificate certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (_system)
            return errors == SslPolicyErrors.None ? null : $"this system does not trust its certificate ({errors})";
        if (_authorities is not null)
            return JudgeByAuthorities(certificate, presented, errors);
        var pin = PinOf(certificate);
        if (_pin is null && _believesFirst)
        {
            if (Interlocked.CompareExchange(ref _pin, pin, null) is null)
                _learned?.Invoke(pin);
        }

        return _pin == pin ? null : $"its certificate has the fingerprint {pin}, not the known {_pin}";
    }

    private string? JudgeByAuthorities(X509Certificate certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return "its certificate is for another name";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf)
            ? null
            : $"the given CA did not sign its certificate ({string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct())})";
    }
}
