using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Core.Events;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Authentication;

/// <summary>Logins with certificates that an authority of the site signed: the common name is who it is, the organisations are their
/// groups, as Kubernetes has it.</summary>
internal sealed class ClientCertificates(HttpsSettings settings, GroupRights groups, EventLog events, TimeProvider time)
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2"; // RFC 5280 §4.2.1.12

    private readonly Lock _lock = new();

    // What those follow who logged in with a certificate ends with it.
    private readonly ConcurrentDictionary<string, (X509Certificate2 Certificate, CancellationTokenSource Ends)> _inUse = [];
    private (DateTime, DateTime)? _read;
    private X509Certificate2Collection _authorities = [];
    private Revocations? _revoked;
    private string? _mistake;

    /// <summary>What is wrong with the files; null if nothing is.</summary>
    public string? Problem => _mistake is { } mistake ? $"no client certificate is accepted: {mistake}"
        : _revoked?.Next is { } next && next < time.GetUtcNow()
            ? $"the revocation list {settings.Revoked} is of before {next:yyyy-MM-dd}, when the authority's next was due; put the newest "
                + "there. It is in force meanwhile"
            : null;

    /// <summary>Judges what a client shows in the handshake; no certificate is fine, the request may have a token.</summary>
    public bool IsAllowed(X509Certificate? shown, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
            return errors == SslPolicyErrors.RemoteCertificateNotAvailable || errors == SslPolicyErrors.None;
        Look();
        if (!IsGood(certificate))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // Revocations are those of the file
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }

    /// <summary>Who the certificate is for; null if it was revoked or ended since the handshake, or no group of theirs gives
    /// rights.</summary>
    public Identity? Find(X509Certificate2 certificate)
    {
        Look();
        if (!IsGood(certificate))
            return null;
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames().Where(n => !n.HasMultipleElements).ToList();
        var name = names.FirstOrDefault(n => n.GetSingleElementType().Value == CommonName)?.GetSingleElementValue();
        var organizations = names.Where(n => n.GetSingleElementType().Value == Organization).Select(n => n.GetSingleElementValue() ?? "");
        if (string.IsNullOrEmpty(name) || groups.Of([.. organizations]) is not { } rights)
            return null;
        var ends = _inUse.GetOrAdd(certificate.GetCertHashString(HashAlgorithmName.SHA256),
            _ => (X509CertificateLoader.LoadCertificate(certificate.RawData), new CancellationTokenSource())).Ends;
        return new Identity("certificate", new string([.. name.Select(c => char.IsControl(c) ? '?' : c)]), rights, ends.Token);
    }

    /// <summary>Ends what holders of certificates follow that no longer count.</summary>
    public void Sweep()
    {
        Look();
        foreach (var (hash, (certificate, ends)) in _inUse)
            if (!IsGood(certificate) && _inUse.TryRemove(hash, out _))
                ends.Cancel();
    }

    private bool IsGood(X509Certificate2 certificate) =>
        _mistake is null && _revoked?.Includes(certificate) != true
            && certificate.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime;

    // Reads the files again when they changed.
    private void Look()
    {
        var stamp = (File.GetLastWriteTimeUtc(settings.ClientAuthority!),
            settings.Revoked is { } file ? File.GetLastWriteTimeUtc(file) : default);
        lock (_lock)
        {
            if (_read == stamp)
                return;
            _read = stamp;
            var reading = settings.ClientAuthority!;
            try
            {
                var authorities = new X509Certificate2Collection();
                authorities.ImportFromPemFile(reading);
                reading = settings.Revoked ?? reading;
                _revoked = settings.Revoked is null ? null : Revocations.Read(File.ReadAllBytes(reading), authorities);
                (_authorities, _mistake) = (authorities, null);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or FormatException
                or InvalidDataException)
            {
                _mistake = $"{reading} cannot be used: {e.Message}";
                events.Add("certificate.refused", Level.Error, null, null, Problem!);
            }
        }
    }
}
