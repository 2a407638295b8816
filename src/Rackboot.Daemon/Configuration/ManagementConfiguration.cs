using System.Net;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Daemon.Configuration;

/// <summary>The settings of the management API on the network.</summary>
internal static class ManagementConfiguration
{
    public static HttpsSettings? Https(ConfigurationSection management)
    {
        var https = management.Section("https", "The management API on the network, with TLS (docs/access.md). Off without `listen`.");
        var listen = EndPoint(https, "listen", "Address and TCP port. 0.0.0.0 is every IPv4 address of this host.", "0.0.0.0:8443");
        var certificate = https.FilePath("certificate",
            "PEM file of the certificate and those above it. Without it the appliance makes its own. A changed file takes effect at once.");
        var key = https.FilePath("key", "PEM file of the certificate's private key.");
        var authority = https.FilePath("clientAuthority",
            "PEM file of the authorities whose client certificates log in: common name is the user, organisations are the groups.");
        var revoked = https.FilePath("revoked",
            "File of the client certificates that no longer log in: the authority's revocation list (CRL, PEM or DER), or a serial number "
            + "or SHA-256 fingerprint a line. A changed file takes effect at once.");
        if (revoked is not null && authority is null)
            https.Error("revoked", "is nothing without clientAuthority, whose certificates it revokes");
        if (certificate is null != key is null)
            https.Error(certificate is null ? "certificate" : "key", "is missing: certificate and key go together");
        if (listen is null && certificate is not null)
            https.Error("listen", "is missing: say where the API listens, like 0.0.0.0:8443");
        return listen is null ? null : new HttpsSettings(listen, certificate, key, authority, revoked);
    }

    public static IPEndPoint? Metrics(ConfigurationSection management) => EndPoint(management, "metrics",
        "Address and TCP port of /metrics, /healthz and /readyz, without TLS and login. Off if left out.", "127.0.0.1:9464");

    public static OidcSettings? Oidc(ConfigurationSection management)
    {
        var oidc = management.Section("oidc", "Logins by an OIDC issuer (docs/access.md).");
        var issuer = oidc.Text("issuer", "The issuer, as its tokens name it.", "a URL, like https://sso.example.com/realms/ops");
        var client = oidc.Text("client", "The client id of this appliance there, which is the audience of its tokens.", "a client id");
        var user = oidc.Text("user", "The claim that the user is called by.", "the name of a claim", "preferred_username")!;
        var groups = oidc.Text("groups", "The claim that lists the user's groups.", "the name of a claim", "groups")!;
        if (issuer is null && client is null)
            return null;
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var url) || (url.Scheme != "https" && !url.IsLoopback))
            oidc.Error("issuer", $"\"{issuer}\" is not the URL of an issuer; write it like https://sso.example.com/realms/ops");
        else if (client is null)
            oidc.Error("client", "is missing: name the client id of this appliance at the issuer");
        else
            return new OidcSettings(url, client, user, groups);
        return null;
    }

    public static IReadOnlyList<GroupSettings> Groups(ConfigurationSection management)
    {
        var all = new List<GroupSettings>();
        foreach (var entry in management.Sections(
            "groups", "What members of groups may do, for OIDC and client certificates. The first group that fits decides."))
        {
            var group = entry.Text("group", "The group, as the issuer or the certificate names it. Required.", "the name of a group");
            var role = entry.Choice("role", "What its members may do.", AccessRole.Viewer);
            var secrets = entry.Flag("secrets", "Whether they may also read secrets and type on consoles.", false);
            var scope = entry.Text("scope", "They see and use only the machines with these labels.", "a label selector, like rack=r1");
            LabelSelector? labels = null;
            if (group is null)
                entry.Error("group", "is missing");
            else if (scope is not null && !LabelSelector.TryParse(scope, out labels, out var mistake))
                entry.Error("scope", mistake);
            else
                all.Add(new GroupSettings(group, role, secrets, labels));
        }

        return all;
    }

    private static IPEndPoint? EndPoint(ConfigurationSection section, string key, string says, string example)
    {
        if (section.Text(key, says, $"an address and a port, like {example}") is not { } text)
            return null;
        if (IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0 && text.Contains(':', StringComparison.Ordinal))
            return endPoint;
        section.Error(key, $"\"{text}\" is not an address and a port; write it like {example} or [::]:8443");
        return null;
    }
}
