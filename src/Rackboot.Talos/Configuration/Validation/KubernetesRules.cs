using System.Net.Sockets;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Documents of Kubernetes, from Talos 1.14 on (pkg/machinery/config/types/k8s).</summary>
internal static class KubernetesRules
{
    public static readonly string[] ProtectedKubeletFields =
    [
        "apiVersion", "authentication", "authorization", "cgroupRoot", "kind", "kubeletCgroups", "port", "protectKernelDefaults",
        "resolvConf", "rotateCertificates",
        "systemCgroups", "staticPodPath", "seccompDefault",
    ];

    public static readonly string[] Roles = ["os:admin", "os:operator", "os:reader", "os:etcd:backup", "os:image:verifier",
        "os:meta:writer", "os:impersonator"];

    private static readonly (string Prefix, string Instead)[] DeniedArguments =
    [
        ("anonymous-auth", "KubeAuthenticationConfig"), ("oidc-", "KubeAuthenticationConfig"),
        ("authentication-config", "KubeAuthenticationConfig"),
        ("authorization-config", "KubeAuthorizerConfig"), ("authorization-mode", "KubeAuthorizerConfig"),
        ("authorization-webhook-", "KubeAuthorizerConfig"),
    ];

    public static void AggregatorCa(Cursor config, RuleContext context)
    {
        if (config["issuingCA"].Exists)
            Check.CertificateAndKey(config["issuingCA"], load: true);
        else
            config.Refuse("needs issuingCA");
        Check.AcceptedCertificates(config["acceptedCAs"]);
    }

    public static void ApiServerCa(Cursor config, RuleContext context)
    {
        Check.CertificateAndKey(config["issuingCA"], load: true);
        Check.AcceptedCertificates(config["acceptedCAs"]);
    }

    public static void ApiServer(Cursor config, RuleContext context)
    {
        config["image"].Require();
        foreach (var (key, value) in config["extraArgs"].Entries)
        {
            var denied = Array.Find(DeniedArguments, d => key.StartsWith(d.Prefix, StringComparison.Ordinal));
            value.Refuse(denied.Prefix is not null, $"\"{key}\" is not allowed here; use {denied.Instead}");
        }

        Resources(config["resources"]);
    }

    public static void Component(Cursor config, RuleContext context)
    {
        if (config["enabled"].IsFalse)
            return;
        config["image"].Require();
        Resources(config["resources"]);
    }

    public static void Proxy(Cursor config, RuleContext context)
    {
        if (config["enabled"].IsFalse)
            return;
        Component(config, context);
        var mode = config["mode"];
        mode.Refuse(mode.Text is not ("" or "nftables" or "iptables" or "ipvs"), "must be nftables, iptables or ipvs");
        mode.Warn(mode.Text is "iptables" or "ipvs", "nftables is recommended");
        config["extraArgs"].Warn(!config["extraArgs"].IsZero, "may not work as expected; use config");
    }

    public static void Authorizer(Cursor config, RuleContext context)
    {
        Check.Name(config);
        AuthorizerType(config["type"]);
        var isWebhook = config["type"].Text == "Webhook";
        config["webhook"].Refuse(isWebhook && config["webhook"].IsZero, "is required with type: Webhook");
        config["webhook"].Warn(!isWebhook && !config["webhook"].IsZero, "has an effect only with type: Webhook");
    }

    public static void AuthorizerType(Cursor type) =>
        type.Refuse(type.Text is not ("Node" or "RBAC" or "Webhook"), "must be Node, RBAC or Webhook");

    public static void Cluster(Cursor config, RuleContext context)
    {
        config["clusterName"].Require();
        if (config["endpoint"].Require() && Check.EndpointProblem(config["endpoint"].Text) is { } problem)
            config["endpoint"].Refuse(problem);
    }

    public static void EtcdEncryption(Cursor config, RuleContext context) => config["config"].Require();

    public static void ExternalManifest(Cursor config, RuleContext context)
    {
        ManifestName(config);
        if (config["url"].Require())
            config["url"].Refuse(config["url"].Url?.Scheme is not ("http" or "https"), "must start with http:// or https://");
    }

    public static void InlineManifest(Cursor config, RuleContext context) => ManifestName(config);

    public static void StaticPod(Cursor config, RuleContext context)
    {
        ManifestName(config);
        config["pod"].Require();
    }

    public static void Flannel(Cursor config, RuleContext context)
    {
        config["backendType"].Require();
        Resources(config["resources"]);
    }

    public static void Kubelet(Cursor config, RuleContext context)
    {
        config["image"].Require();
        ProtectedFields(config["config"]);
    }

    public static void ProtectedFields(Cursor config)
    {
        foreach (var (key, value) in config.Entries)
            value.Refuse(Array.IndexOf(ProtectedKubeletFields, key) >= 0, "is set by Talos and cannot be changed");
    }

    public static void KubePrism(Cursor config, RuleContext context) =>
        config["port"].Refuse(config["port"].Number is < 1 or > 65535, "must be from 1 to 65535");

    public static void Node(Cursor config, RuleContext context)
    {
        Check.Subnets(config["nodeIP"]["validSubnets"]);
        LabelRules.Labels(config["labels"]);
        LabelRules.Annotations(config["annotations"]);
        LabelRules.Taints(config["taints"]);
    }

    public static void ServiceAccount(Cursor config, RuleContext context)
    {
        var key = config["issuer"]["privateKey"];
        if (key.Require())
            key.Refuse(!Check.IsPem(key.Text), "is not a PEM key");
        config["issuer"]["issuerURL"].Require();
    }

    public static void TalosApiAccess(Cursor config, RuleContext context) => AllowedRoles(config["allowedRoles"]);

    public static void AllowedRoles(Cursor roles)
    {
        foreach (var role in roles.Items)
            role.Refuse(Array.IndexOf(Roles, role.Text) < 0, $"\"{role.Text}\" is not a role; allowed: {string.Join(", ", Roles)}");
    }

    public static void Network(Cursor config, RuleContext context)
    {
        var (v4, v6) = (config["nodeCIDRMaskSizeIPv4"], config["nodeCIDRMaskSizeIPv6"]);
        v4.Refuse(v4.Number is < 0 or > 32, "must be from 1 to 32");
        v6.Refuse(v6.Number is < 0 or > 128, "must be from 1 to 128");
        Subnets(config["podSubnets"], (subnet, bits, length) =>
        {
            var mask = bits == 32 ? (v4.Number == 0 ? 24 : v4.Number) : v6.Number == 0 ? 64 : v6.Number;
            if (mask < 1 || mask > bits)
                return;
            subnet.Refuse(length > mask, $"is smaller than one node's share, /{mask}");
            subnet.Refuse(mask - length > 16, $"is too large for node shares of /{mask}: at most 16 bits larger");
        });
        Subnets(config["serviceSubnets"], (subnet, bits, length) =>
            subnet.Refuse(bits - length > 20, $"is too large; the prefix length must be at least /{bits - 20}"));
        config.Refuse(config["podSubnets"].Count != config["serviceSubnets"].Count, "needs as many podSubnets as serviceSubnets");
    }

    public static void Resources(Cursor resources)
    {
        foreach (var (key, value) in resources["requests"].Entries.Concat(resources["limits"].Entries))
            value.Refuse(key is not ("cpu" or "memory"), $"\"{key}\" must be cpu or memory");
    }

    private static void Subnets(Cursor subnets, Action<Cursor, int, int> checkSize)
    {
        subnets.Refuse(subnets.Count is 0 or > 2, "needs one subnet, or one of IPv4 and one of IPv6");
        var families = new HashSet<AddressFamily>();
        foreach (var subnet in subnets.Items)
        {
            if (!ConfigAddress.TryParsePrefix(subnet.Text, out var address, out var length))
            {
                subnet.Refuse("is not a subnet");
                continue;
            }

            var bits = address.GetAddressBytes().Length * 8;
            subnet.Refuse(!ConfigAddress.IsMasked(address, length), $"{subnet.Text} has bits set after the prefix");
            subnet.Refuse(bits - length < 4, $"{subnet.Text} is too small");
            subnet.Refuse(!families.Add(address.AddressFamily), "is the second subnet of its address family");
            checkSize(subnet, bits, length);
        }
    }

    private static void ManifestName(Cursor config)
    {
        if (config["name"].Require())
            config["name"].Refuse(!LabelRules.IsDomain(config["name"].Text),
                "can only contain lower-case letters, digits, hyphens and dots, with a letter or digit at each end");
    }
}
