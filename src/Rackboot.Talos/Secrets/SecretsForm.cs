using System.Text;

namespace Rackboot.Talos.Secrets;

/// <summary>The values read from a file for <see cref="ClusterSecrets"/>, and the file's errors.</summary>
internal sealed class SecretsForm
{
    private static readonly string[] AcceptedCAs = ["machine.acceptedCAs", "cluster.acceptedCAs"];
    private readonly List<string> _mistakes = [];
    private string? _clusterId, _clusterSecret, _bootstrapToken, _trustdToken, _secretbox, _aescbc, _serviceAccount;
    private CertificateAndKey? _etcd, _k8s, _aggregator, _os;
    private AuthorityRenewal? _osRenewal, _k8sRenewal;

    public IReadOnlyList<string> Mistakes => _mistakes;

    /// <summary>siderolabs/talos pkg/machinery/config/generate/secrets/secrets.go.</summary>
    public static SecretsForm OfBundle(YamlLeaves file)
    {
        var form = new SecretsForm();
        form._clusterId = form.Need(file, "cluster.id");
        form._clusterSecret = form.Need(file, "cluster.secret");
        form._bootstrapToken = form.Need(file, "secrets.bootstraptoken");
        form._trustdToken = form.Need(file, "trustdinfo.token");
        form.OneEncryptionSecret(file, "secrets.secretboxencryptionsecret", "secrets.aescbcencryptionsecret");
        form._etcd = form.Pair(file, "certs.etcd");
        form._k8s = form.Pair(file, "certs.k8s");
        form._aggregator = form.Pair(file, "certs.k8saggregator");
        form._serviceAccount = form.ServiceAccount("certs.k8sserviceaccount.key", form.Pem(file, "certs.k8sserviceaccount.key"));
        form._os = form.Pair(file, "certs.os");
        form._osRenewal = form.Renewal(file, "renewal.os");
        form._k8sRenewal = form.Renewal(file, "renewal.k8s");
        return form;
    }

    /// <summary>siderolabs/talos pkg/machinery/config/generate/secrets/bundle.go, NewBundleFromConfig: the fields of v1alpha1, and the
    /// documents that replaced them in 1.14 (where the PEM is not base64).</summary>
    public static SecretsForm OfConfiguration(YamlLeaves machine, IReadOnlyList<YamlLeaves> documents)
    {
        var form = new SecretsForm();
        if (machine.Value("machine.type") is not ("controlplane" or "init"))
        {
            form._mistakes.Add(
                $"machine.type{machine.At("machine.type")}: only a control-plane machine's configuration "
                + "contains every secret of its cluster");
            return form;
        }

        var identity = documents.FirstOrDefault(d => d.Value("kind") == "DiscoveryIdentityConfig");
        form._clusterId = identity is null ? form.Need(machine, "cluster.id") : form.Need(identity, "clusterID");
        form._clusterSecret = identity is null ? form.Need(machine, "cluster.secret") : form.Need(identity, "clusterSecret");
        form._bootstrapToken = form.Need(machine, "cluster.token");
        form._trustdToken = form.Need(machine, "machine.token");
        form._os = form.Pair(machine, "machine.ca");
        form._etcd = form.Pair(machine, "cluster.etcd.ca");
        form._k8s = form.PairOf(machine, "cluster.ca", documents, "KubeAPIServerCAConfig");
        form._aggregator = form.PairOf(machine, "cluster.aggregatorCA", documents, "KubeAggregatorCAConfig");
        form._serviceAccount = documents.FirstOrDefault(d => d.Value("kind") == "KubeServiceAccountConfig") is { } account
            ? form.ServiceAccount("KubeServiceAccountConfig: issuer.privateKey", form.PlainPem(account, "issuer.privateKey"))
            : form.ServiceAccount("cluster.serviceAccount.key", form.Pem(machine, "cluster.serviceAccount.key"));
        if (documents.FirstOrDefault(d => d.Value("kind") == "KubeEtcdEncryptionConfig") is { } encryption)
            form.EncryptionSecret(encryption);
        else
            form.OneEncryptionSecret(machine, "cluster.secretboxEncryptionSecret", "cluster.aescbcEncryptionSecret");
        foreach (var accepted in AcceptedCAs.Where(machine.Has))
            form._mistakes.Add($"{accepted}: a CA is being rotated; let talosctl rotate-ca finish first, then import again");
        return form;
    }

    /// <summary>The secrets, or null if there are errors.</summary>
    public ClusterSecrets? Build() => _mistakes.Count > 0 ? null : new()
    {
        ClusterId = _clusterId!,
        ClusterSecret = new(_clusterSecret!),
        BootstrapToken = new(_bootstrapToken!),
        TrustdToken = new(_trustdToken!),
        SecretboxEncryptionSecret = _secretbox is null ? null : new(_secretbox),
        AescbcEncryptionSecret = _aescbc is null ? null : new(_aescbc),
        Etcd = _etcd!,
        K8s = _k8s!,
        K8sAggregator = _aggregator!,
        K8sServiceAccount = new(_serviceAccount!),
        Os = _os!,
        OsRenewal = _osRenewal,
        K8sRenewal = _k8sRenewal,
    };

    private string? Need(YamlLeaves file, string path)
    {
        var value = file.Value(path);
        if (value is null)
            _mistakes.Add($"{path}{file.At(path)} is missing");
        return value;
    }

    private void OneEncryptionSecret(YamlLeaves file, string secretbox, string aescbc)
    {
        (_secretbox, _aescbc) = (file.Value(secretbox), file.Value(aescbc));
        if (_secretbox is null && _aescbc is null)
            _mistakes.Add($"{secretbox} is missing (or {aescbc}, for a cluster created before Talos 1.3)");
        if (_secretbox is not null && _aescbc is not null)
            _mistakes.Add($"{aescbc}{file.At(aescbc)} is given besides {secretbox}: a cluster has only one of them");
    }

    // The first provider of the first rule for secrets, as in NewBundleFromConfig.
    private void EncryptionSecret(YamlLeaves document)
    {
        for (var i = 0; document.Has($"config.resources.{i}"); i++)
            if (document.List($"config.resources.{i}.resources").Contains("secrets"))
            {
                _secretbox = document.Value($"config.resources.{i}.providers.0.secretbox.keys.0.secret");
                break;
            }

        if (_secretbox is null)
            _mistakes.Add("KubeEtcdEncryptionConfig: the first provider for secrets is not a secretbox with a key: write secretbox first");
    }

    private CertificateAndKey? PairOf(YamlLeaves machine, string path, IReadOnlyList<YamlLeaves> documents, string kind)
    {
        if (documents.FirstOrDefault(d => d.Value("kind") == kind) is not { } document)
            return Pair(machine, path);
        if (document.Has("acceptedCAs"))
            _mistakes.Add($"{kind}: acceptedCAs: a CA is being rotated; let talosctl rotate-ca finish first, then import again");
        return Checked(kind, PlainPem(document, "issuingCA.cert"), PlainPem(document, "issuingCA.key"));
    }

    private CertificateAndKey? Pair(YamlLeaves file, string path) => Checked(path, Pem(file, path + ".crt"), Pem(file, path + ".key"));

    private CertificateAndKey? Checked(string place, string? certificate, string? key)
    {
        if (certificate is null || key is null)
            return null;
        var pair = new CertificateAndKey(certificate, new(key));
        if (!CertificateAuthority.TryLoad(pair, out var authority, out var error))
            _mistakes.Add($"{place}: {error}");
        authority?.Dispose();
        return pair;
    }

    private AuthorityRenewal? Renewal(YamlLeaves file, string path)
    {
        if (!file.Has(path))
            return null;
        var stage = file.Value(path + ".stage");
        if (stage is not ("accepting" or "switched"))
            _mistakes.Add($"{path}.stage{file.At(path + ".stage")} must be accepting or switched");
        return Pair(file, path) is { } pair ? new(stage == "accepting" ? RenewalStage.Accepting : RenewalStage.Switched, pair) : null;
    }

    private string? Pem(YamlLeaves file, string path)
    {
        if (Need(file, path) is not { } value)
            return null;
        var bytes = new byte[value.Length];
        if (Convert.TryFromBase64String(value, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length) is var pem && IsPem(pem))
            return pem;
        _mistakes.Add($"{path}{file.At(path)} is not base64-encoded PEM");
        return null;
    }

    private string? PlainPem(YamlLeaves file, string path)
    {
        if (Need(file, path) is not { } value)
            return null;
        if (IsPem(value))
            return value.EndsWith('\n') ? value : value + "\n";
        _mistakes.Add($"{path}{file.At(path)} is not PEM");
        return null;
    }

    private string? ServiceAccount(string place, string? pem)
    {
        if (pem is not null && !SigningKey.IsOne(new(pem)))
            _mistakes.Add($"{place} is not a PEM EC or RSA private key");
        return pem;
    }

    private static bool IsPem(string text) => text.Contains("-----BEGIN ", StringComparison.Ordinal);
}
