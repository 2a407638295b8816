using System.Text;

namespace Rackboot.Talos.Secrets;

/// <summary>Issues login files for people and programs: a <c>talosconfig</c>, an admin <c>kubeconfig</c>, a client certificate of the
/// Talos API.</summary>
public static class ClientConfigs
{
    /// <summary>Default lifetime of an issued certificate: 8,760 hours, as in talosctl.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(8_760);

    /// <summary>A client certificate of the Talos API. Its only extended key usage is client authentication: apid refuses any
    /// other (siderolabs/talos pkg/machinery/config/generate/secrets/ca.go).</summary>
    public static bool TryMintCertificate(
        ClusterSecrets secrets, IReadOnlyCollection<TalosRole> roles, TimeSpan lifetime, DateTimeOffset now,
        out CertificateAndKey? certificate, out string? error)
    {
        certificate = null;
        error = roles.Count == 0 ? "give at least one role, for example os:admin" : null;
        if (error is not null || !TryLoad(secrets.Os, "certs.os", lifetime, now, out var authority, out error))
            return false;
        using (authority)
            certificate = authority!.IssueClient(null, roles.Distinct().Select(role => role.Name()), now, lifetime);
        return true;
    }

    /// <summary>A <c>talosconfig</c> with one context (siderolabs/talos pkg/machinery/client/config/config.go).</summary>
    /// <param name="context">Its name, usually the cluster's.</param>
    /// <param name="endpoints">Control-plane addresses that calls go through.</param>
    /// <param name="nodes">The default nodes.</param>
    public static bool TryMintTalosconfig(
        ClusterSecrets secrets, string context, IReadOnlyCollection<string> endpoints, IReadOnlyCollection<string> nodes,
        IReadOnlyCollection<TalosRole> roles, TimeSpan lifetime, DateTimeOffset now, out MintedConfig? config, out string? error)
    {
        config = null;
        if (!TryMintCertificate(secrets, roles, lifetime, now, out var client, out error))
            return false;
        var name = YamlScalar.Write(context);
        var text = new StringBuilder($"context: {name}\ncontexts:\n    {name}:\n");
        AppendList(text, "endpoints", endpoints);
        if (nodes.Count > 0)
            AppendList(text, "nodes", nodes);
        text.Append($"        ca: {SecretsFile.Base64(string.Concat(secrets.OsAccepted.Prepend(secrets.Os.Certificate)))}\n");
        text.Append($"        crt: {SecretsFile.Base64(client!.Certificate)}\n");
        text.Append($"        key: {SecretsFile.Base64(client.Key.Reveal())}\n");
        config = new(new(text.ToString()), Ends(client));
        return true;
    }

    /// <summary>An administrator's client certificate of the Kubernetes API.</summary>
    public static bool TryMintKubernetesCertificate(
        ClusterSecrets secrets, TimeSpan lifetime, DateTimeOffset now, out CertificateAndKey? certificate, out string? error)
    {
        certificate = null;
        if (!TryLoad(secrets.K8s, "certs.k8s", lifetime, now, out var authority, out error))
            return false;
        using (authority)
            certificate = authority!.IssueClient("admin", ["system:masters"], now, lifetime, keyEncipherment: true);
        return true;
    }

    /// <summary>An admin <c>kubeconfig</c>, created without contacting the cluster (siderolabs/talos pkg/kubeconfig/generate.go).</summary>
    /// <param name="cluster">The cluster's name; the context becomes <c>admin@cluster</c>.</param>
    /// <param name="server">The cluster's endpoint, <c>https://10.20.0.10:6443</c>.</param>
    public static bool TryMintKubeconfig(
        ClusterSecrets secrets, string cluster, Uri server, TimeSpan lifetime, DateTimeOffset now,
        out MintedConfig? config, out string? error)
    {
        config = null;
        if (!TryMintKubernetesCertificate(secrets, lifetime, now, out var minted, out error))
            return false;
        var client = minted!;
        var user = YamlScalar.Write($"admin@{cluster}");
        config = new(
            new($"""
                apiVersion: v1
                clusters:
                - cluster:
                    certificate-authority-data: {SecretsFile.Base64(string.Concat(secrets.K8sAccepted.Prepend(secrets.K8s.Certificate)))}
                    server: {server.GetLeftPart(UriPartial.Path).TrimEnd('/')}
                  name: {YamlScalar.Write(cluster)}
                contexts:
                - context:
                    cluster: {YamlScalar.Write(cluster)}
                    namespace: default
                    user: {user}
                  name: {user}
                current-context: {user}
                kind: Config
                preferences: {"{}"}
                users:
                - name: {user}
                  user:
                    client-certificate-data: {SecretsFile.Base64(client.Certificate)}
                    client-key-data: {SecretsFile.Base64(client.Key.Reveal())}

                """),
            Ends(client));
        return true;
    }

    private static bool TryLoad(
        CertificateAndKey pair, string place, TimeSpan lifetime, DateTimeOffset now, out CertificateAuthority? authority, out string? error)
    {
        authority = null;
        error = lifetime <= TimeSpan.Zero || lifetime > CertificateAuthority.Lifetime
            ? "a lifetime must be more than 0 and at most 87600 hours"
            : null;
        if (error is not null)
            return false;
        if (!CertificateAuthority.TryLoad(pair, out authority, out error))
        {
            error = $"{place}: {error}";
            return false;
        }

        var ends = authority!.Certificate.NotAfter.ToUniversalTime();
        if (ends > now.UtcDateTime)
            return true;
        error = $"{place}: the CA expired on {ends:yyyy-MM-dd}: certificates signed by it are no longer valid";
        authority.Dispose();
        authority = null;
        return false;
    }

    private static void AppendList(StringBuilder text, string key, IReadOnlyCollection<string> values)
    {
        text.Append($"        {key}:{(values.Count == 0 ? " []" : "")}\n");
        foreach (var value in values)
            text.Append($"            - {YamlScalar.Write(value)}\n");
    }

    private static DateTimeOffset Ends(CertificateAndKey pair) =>
        CertificateAuthority.TryReadCertificate(pair.Certificate, out var certificate, out _) && certificate is not null
            ? new DateTimeOffset(certificate.NotAfter.ToUniversalTime())
            : default;
}
