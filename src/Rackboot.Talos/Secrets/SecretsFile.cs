using System.Text;

namespace Rackboot.Talos.Secrets;

/// <summary>Reads talosctl's <c>secrets.yaml</c>, or the same secrets from a control-plane machine's configuration.</summary>
public static class SecretsFile
{
    /// <summary>Reads a <c>secrets.yaml</c> or a <c>controlplane.yaml</c>.</summary>
    /// <param name="text">The file.</param>
    /// <param name="secrets">The complete secrets; every key matches its certificate.</param>
    /// <param name="mistakes">All errors, each with its place; none shows a secret.</param>
    public static bool TryRead(string text, out ClusterSecrets? secrets, out IReadOnlyList<string> mistakes)
    {
        secrets = null;
        if (!YamlLeaves.TryRead(text, out var documents, out var error))
        {
            mistakes = [error!];
            return false;
        }

        var form = documents.FirstOrDefault(d => d.Has("certs")) is { } bundle ? SecretsForm.OfBundle(bundle)
            : documents.FirstOrDefault(d => d.Has("machine")) is { } machine ? SecretsForm.OfConfiguration(machine, documents)
            : null;
        if (form is null)
        {
            mistakes =
            [
                "neither a secrets.yaml of talosctl (it has cluster, secrets, trustdinfo and certs) "
                + "nor a controlplane.yaml (it has machine and cluster)",
            ];
            return false;
        }

        secrets = form.Build();
        mistakes = form.Mistakes;
        return secrets is not null;
    }

    /// <summary>Writes a <c>secrets.yaml</c> in talosctl's own layout, byte for byte. While a CA is being rotated it has one
    /// more key, <c>renewal</c>, which talosctl ignores.</summary>
    public static SecretText Write(ClusterSecrets secrets)
    {
        var text = new StringBuilder();
        text.Append("cluster:\n").Entry(1, "id", secrets.ClusterId).Entry(1, "secret", secrets.ClusterSecret.Reveal());
        text.Append("secrets:\n").Entry(1, "bootstraptoken", secrets.BootstrapToken.Reveal());
        if (secrets.AescbcEncryptionSecret is { } aescbc)
            text.Entry(1, "aescbcencryptionsecret", aescbc.Reveal());
        if (secrets.SecretboxEncryptionSecret is { } secretbox)
            text.Entry(1, "secretboxencryptionsecret", secretbox.Reveal());
        text.Append("trustdinfo:\n").Entry(1, "token", secrets.TrustdToken.Reveal());
        text.Append("certs:\n").Pair("etcd", secrets.Etcd).Pair("k8s", secrets.K8s).Pair("k8saggregator", secrets.K8sAggregator);
        text.Append("    k8sserviceaccount:\n").Entry(2, "key", Base64(secrets.K8sServiceAccount.Reveal()));
        text.Pair("os", secrets.Os);
        if (secrets.OsRenewal is not null || secrets.K8sRenewal is not null)
            text.Append("renewal:\n").Renewal("k8s", secrets.K8sRenewal).Renewal("os", secrets.OsRenewal);
        return new(text.ToString());
    }

    internal static string Base64(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    private static StringBuilder Entry(this StringBuilder text, int depth, string key, string value) =>
        text.Append(' ', depth * 4).Append(key).Append(": ").Append(YamlScalar.Write(value)).Append('\n');

    private static StringBuilder Pair(this StringBuilder text, string name, CertificateAndKey pair) =>
        text.Append("    ").Append(name).Append(":\n").Entry(2, "crt", Base64(pair.Certificate)).Entry(2, "key", Base64(pair.Key.Reveal()));

    private static StringBuilder Renewal(this StringBuilder text, string name, AuthorityRenewal? renewal) => renewal is null
        ? text
        : text.Pair(name, renewal.Other).Entry(2, "stage", renewal.Stage == RenewalStage.Accepting ? "accepting" : "switched");
}
