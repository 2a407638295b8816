using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>CAs of clusters that expire soon: no certificate outlives its CA.</summary>
public static class AuthorityChecks
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(365); // client certificates are valid for a year

    public static IEnumerable<string> Warnings(string cluster, ClusterSecrets secrets, DateTimeOffset now)
    {
        if (Ends(secrets.Os, now) is { } talos)
            yield return $"the CA of the Talos API {talos}; rotate it: rackboot cluster rotate-ca {cluster} --talos";
        if (Ends(secrets.K8s, now) is { } kubernetes)
            yield return $"the CA of Kubernetes {kubernetes}; rotate it: rackboot cluster rotate-ca {cluster} --kubernetes";
        foreach (var (name, pair) in new[] { ("etcd", secrets.Etcd), ("the Kubernetes aggregation layer", secrets.K8sAggregator) })
            if (Ends(pair, now) is { } other)
                yield return $"the CA of {name} {other}; Talos cannot rotate it in a running cluster: plan a new cluster";
    }

    private static string? Ends(CertificateAndKey authority, DateTimeOffset now)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(authority.Certificate);
            var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
            return end - now > Soon ? null : $"{(end < now ? "ended" : "ends")} on {end:yyyy-MM-dd}";
        }
        catch (CryptographicException)
        {
            return "cannot be read";
        }
    }
}
