using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The cluster part of the v1alpha1 document (v1alpha1_validation.go, ClusterConfig.Validate).</summary>
internal static class ClusterRules
{
    public static void Cluster(Cursor config, RuleContext context)
    {
        var cluster = config["cluster"];
        if (!cluster.Exists)
        {
            config.Refuse("needs a cluster section");
            return;
        }

        Endpoint(cluster, context);
        var domain = cluster["network"]["dnsDomain"];
        domain.Refuse(!domain.IsZero && !IsDnsName(domain.Text), "is not a DNS name");
        CloudProvider(cluster["externalCloudProvider"]);
        if (cluster["etcd"].Exists)
            Etcd(cluster["etcd"], context);
        var key = cluster["ca"]["key"];
        key.Refuse(!context.IsControlPlane && key.Bytes.Length > 0, "is allowed only on control plane machines: remove it");
        InlineManifests(cluster["inlineManifests"]);
        Discovery(cluster);
        ApiServer(cluster["apiServer"]);
        KubernetesRules.Resources(cluster["controllerManager"]["resources"]);
        KubernetesRules.Resources(cluster["scheduler"]["resources"]);
        if (context.IsControlPlane && cluster["network"]["cni"].Exists)
            Cni(cluster["network"]["cni"]);
    }

    private static void Endpoint(Cursor cluster, RuleContext context)
    {
        var plane = cluster["controlPlane"];
        if (!plane.Exists)
        {
            cluster.Refuse(context.IsBeforeDocuments, "needs controlPlane.endpoint");
            return;
        }

        var endpoint = plane["endpoint"];
        if (!endpoint.Exists)
            plane.Refuse("needs an endpoint, such as https://10.0.0.10:6443");
        else if (Check.EndpointProblem(endpoint.Text) is { } problem)
            endpoint.Refuse(problem);
    }

    private static void CloudProvider(Cursor provider)
    {
        var manifests = provider["manifests"];
        if (!provider["enabled"].IsTrue)
        {
            manifests.Refuse(manifests.Count > 0, "needs externalCloudProvider.enabled: true");
            return;
        }

        Urls(manifests);
    }

    private static void Etcd(Cursor etcd, RuleContext context)
    {
        if (!context.IsControlPlane)
        {
            etcd.Refuse("is allowed only on control plane machines");
            return;
        }

        etcd.Refuse(!etcd["ca"].Exists, "needs ca");
        etcd["subnet"].Refuse(!etcd["subnet"].IsZero && etcd["advertisedSubnets"].Count > 0, "cannot be combined with advertisedSubnets");
        etcd["subnet"].Refuse(!etcd["subnet"].IsZero && !Check.IsSubnetOrAddress(etcd["subnet"].Text.TrimStart('!')),
            "is neither a subnet nor an address");
        Check.Subnets(etcd["advertisedSubnets"]);
        Check.Subnets(etcd["listenSubnets"]);
    }

    private static void InlineManifests(Cursor manifests)
    {
        var names = new HashSet<string>();
        foreach (var name in manifests.Items.Select(m => m["name"]))
        {
            name.Refuse(string.IsNullOrWhiteSpace(name.Text), "is required");
            name.Refuse(!names.Add(name.Text), $"\"{name.Text}\" appears twice");
        }
    }

    private static void Discovery(Cursor cluster)
    {
        var discovery = cluster["discovery"];
        var service = discovery["registries"]["service"];
        if (!discovery["enabled"].IsTrue || service["disabled"].IsTrue)
            return;
        var endpoint = service["endpoint"];
        if (!endpoint.IsZero && (!GoUrl.TryParse(endpoint.Text, out var url) || (url.Scheme.Length == 0 && !endpoint.Text.StartsWith('/'))))
            endpoint.Refuse("is not a URL");
        else if (!endpoint.IsZero && GoUrl.TryParse(endpoint.Text, out url))
            endpoint.Refuse(url.Path is not ("" or "/"), "cannot have a path");
        cluster.Refuse(cluster["id"].IsZero, "needs id, by which the discovery service finds the cluster; or set discovery.enabled: false");
        cluster.Refuse(cluster["secret"].IsZero, "needs secret, which encrypts discovery data; or set discovery.enabled: false");
    }

    private static void ApiServer(Cursor server)
    {
        var authorizers = server["authorizationConfig"];
        foreach (var (key, value) in authorizers.Exists ? server["extraArgs"].Entries : [])
        {
            value.Refuse(key == "authorization-mode" || key.StartsWith("authorization-webhook-", StringComparison.Ordinal),
                $"\"{key}\" cannot be combined with authorizationConfig");
        }

        foreach (var authorizer in authorizers.Items)
        {
            authorizer["name"].Require();
            KubernetesRules.AuthorizerType(authorizer["type"]);
        }

        KubernetesRules.Resources(server["resources"]);
    }

    private static void Cni(Cursor cni)
    {
        var (name, urls, flannel) = (cni["name"].Text, cni["urls"], cni["flannel"]);
        cni["name"].Refuse(name is not ("flannel" or "custom" or "none"), "must be flannel, custom or none");
        urls.Refuse(name is "flannel" or "none" && urls.Count > 0, $"is not allowed with the name {name}");
        cni.Warn(name == "custom" && urls.Count == 0, "is named custom but has no urls");
        if (name is not ("none" or "custom"))
            return;
        flannel["extraArgs"].Refuse(flannel["extraArgs"].Count > 0, $"is not allowed with the name {name}");
        flannel["kubeNetworkPoliciesEnabled"].Refuse(flannel["kubeNetworkPoliciesEnabled"].IsTrue, $"is not allowed with the name {name}");
        if (name == "custom")
            Urls(urls);
    }

    private static void Urls(Cursor urls)
    {
        foreach (var url in urls.Items)
        {
            if (Check.EndpointProblem(url.Text) is { } problem)
                url.Refuse(problem);
        }
    }

    private static bool IsDnsName(string text) => text.Replace(".", "", StringComparison.Ordinal).Length <= 255
        && Check.DnsName().IsMatch(text);
}
