namespace Rackboot.Talos.Secrets;

/// <summary>The CAs that Talos can rotate in a running cluster: those with <c>acceptedCAs</c>. Etcd's CA has none.</summary>
public enum RenewableAuthority
{
    /// <summary>The CA of the Talos API, <c>machine.ca</c>.</summary>
    Os,

    /// <summary>The CA of Kubernetes, <c>cluster.ca</c>.</summary>
    Kubernetes,
}
