using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Authentication;

/// <summary>Logins with certificates that an authority of the site signed: the common name is who it is, the organisations are their
/// groups, as Kubernetes has it.</summary>
internal sealed class ClientCertificates(string authorityPath, GroupRights groups)
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2"; // RFC 5280 §4.2.1.12

    /// <summary>Why no certificate can be judged; null if they can be.</summary>
    public string? Problem { get; private set; }

    /// <summary>Judges what a client shows in the handshake; no certificate is fine, the request may have a token.</summary>
    public bool IsAllowed(X509Certificate? shown, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
            return errors == SslPolicyErrors.RemoteCertificateNotAvailable || errors == SslPolicyErrors.None;
        try
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorityPath); // as it is now: it may have been replaced
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
            Problem = null;
            return chain.Build(certificate);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            Problem = $"no client certificate is accepted: {authorityPath} cannot be read: {e.Message}";
            return false;
        }
    }

    /// <summary>Who the certificate is for; null if no group of theirs gives rights.</summary>
    public Identity? Find(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames().Where(n => !n.HasMultipleElements).ToList();
        var name = names.FirstOrDefault(n => n.GetSingleElementType().Value == CommonName)?.GetSingleElementValue();
        var organizations = names.Where(n => n.GetSingleElementType().Value == Organization).Select(n => n.GetSingleElementValue() ?? "");
        return !string.IsNullOrEmpty(name) && groups.Of([.. organizations]) is { } rights
            ? new Identity("certificate", new string([.. name.Select(c => char.IsControl(c) ? '?' : c)]), rights) : null;
    }
}
