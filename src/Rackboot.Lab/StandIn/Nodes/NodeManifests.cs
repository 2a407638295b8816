namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A few of the objects that Talos puts into a cluster, in the order of their ids and not in that in which they must come
/// (siderolabs/talos internal/app/machined/pkg/controllers/k8s/internal/k8stemplates).</summary>
internal static class NodeManifests
{
    public static IReadOnlyDictionary<string, string> Render(string proxyVersion) => new Dictionary<string, string>
    {
        ["10-kube-proxy"] = $$"""
            - apiVersion: apps/v1
              kind: DaemonSet
              metadata:
                labels: {tier: node}
                name: kube-proxy
                namespace: kube-system
              spec:
                template:
                  spec:
                    containers:
                      - image: registry.k8s.io/kube-proxy:{{proxyVersion}}
                        name: kube-proxy
                        securityContext: {privileged: true}
                    terminationGracePeriodSeconds: 30
            """ + "\n",
        ["11-core-dns"] = """
            - apiVersion: v1
              kind: ConfigMap
              metadata: {name: coredns, namespace: kube-system}
              data:
                Corefile: |
                  .:53 {
                      errors
                  }
            - apiVersion: rbac.authorization.k8s.io/v1
              kind: ClusterRole
              metadata: {name: "system:coredns"}
              rules: []
            """ + "\n",
        ["05-namespace"] = """
            - apiVersion: v1
              kind: Namespace
              metadata: {name: kube-network}
            """ + "\n",
    };
}
