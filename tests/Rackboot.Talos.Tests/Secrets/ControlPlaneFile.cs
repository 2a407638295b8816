using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>The parts of a <c>controlplane.yaml</c> that hold secrets: siderolabs/talos pkg/machinery/config/generate/init.go, and the
/// documents of 1.14 in
/// pkg/machinery/config/types/k8s and types/cluster.</summary>
internal static class ControlPlaneFile
{
    public static string V1Alpha1(ClusterSecrets s) =>
        $$"""
        version: v1alpha1
        machine:
          type: controlplane
          token: {{s.TrustdToken.Reveal()}}
          ca: {crt: {{Sample.Base64(s.Os.Certificate)}}, key: {{Sample.Base64(s.Os.Key.Reveal())}} }
        cluster:
          id: {{s.ClusterId}}
          secret: {{s.ClusterSecret.Reveal()}}
          controlPlane: {endpoint: "https://10.20.0.10:6443"}
          token: {{s.BootstrapToken.Reveal()}}
          secretboxEncryptionSecret: {{s.SecretboxEncryptionSecret!.Reveal()}}
          ca: {crt: {{Sample.Base64(s.K8s.Certificate)}}, key: {{Sample.Base64(s.K8s.Key.Reveal())}} }
          aggregatorCA: {crt: {{Sample.Base64(s.K8sAggregator.Certificate)}}, key: {{Sample.Base64(s.K8sAggregator.Key.Reveal())}} }
          serviceAccount: {key: {{Sample.Base64(s.K8sServiceAccount.Reveal())}} }
          etcd: {ca: {crt: {{Sample.Base64(s.Etcd.Certificate)}}, key: {{Sample.Base64(s.Etcd.Key.Reveal())}} } }

        """;

    public static string Documents(ClusterSecrets s) =>
        $$"""
        version: v1alpha1
        machine:
          type: controlplane
          token: {{s.TrustdToken.Reveal()}}
          ca: {crt: {{Sample.Base64(s.Os.Certificate)}}, key: {{Sample.Base64(s.Os.Key.Reveal())}} }
        cluster:
          token: {{s.BootstrapToken.Reveal()}}
          etcd: {ca: {crt: {{Sample.Base64(s.Etcd.Certificate)}}, key: {{Sample.Base64(s.Etcd.Key.Reveal())}} } }
        ---
        apiVersion: v1alpha1
        kind: DiscoveryIdentityConfig
        clusterID: {{s.ClusterId}}
        clusterSecret: {{s.ClusterSecret.Reveal()}}
        ---
        {{Authority("KubeAPIServerCAConfig", s.K8s)}}
        ---
        {{Authority("KubeAggregatorCAConfig", s.K8sAggregator)}}
        ---
        apiVersion: v1alpha1
        kind: KubeServiceAccountConfig
        issuer:
            privateKey: |-
        {{Indented(s.K8sServiceAccount.Reveal())}}
        ---
        apiVersion: v1alpha1
        kind: KubeEtcdEncryptionConfig
        config:
          resources:
            - resources: [configmaps]
              providers: [{identity: {} }]
            - resources: [secrets]
              providers: [{secretbox: {keys: [{name: key2, secret: {{s.SecretboxEncryptionSecret!.Reveal()}} }] } }, {identity: {} }]

        """;

    private static string Authority(string kind, CertificateAndKey pair) =>
        $"""
        apiVersion: v1alpha1
        kind: {kind}
        issuingCA:
            cert: |-
        {Indented(pair.Certificate)}
            key: |-
        {Indented(pair.Key.Reveal())}
        """;

    private static string Indented(string pem) => string.Join("\n", pem.TrimEnd().Split('\n').Select(line => "        " + line));
}
