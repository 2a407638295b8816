namespace Rackboot.Talos.Secrets;

/// <summary>The permissions of a client certificate in the Talos API (siderolabs/talos pkg/machinery/role).</summary>
public enum TalosRole
{
    /// <summary><c>os:admin</c>: everything.</summary>
    Admin,

    /// <summary><c>os:operator</c>: reads non-secret data, reboots, shuts down, takes etcd snapshots, pulls images.</summary>
    Operator,

    /// <summary><c>os:reader</c>: reads non-secret data.</summary>
    Reader,

    /// <summary><c>os:etcd:backup</c>: takes etcd snapshots.</summary>
    EtcdBackup,

    /// <summary><c>os:meta:writer</c>: writes META values.</summary>
    MetaWriter,

    /// <summary><c>os:image:verifier</c>: verifies images.</summary>
    ImageVerifier,

    /// <summary><c>os:impersonator</c>: acts with other roles; for Talos's own components.</summary>
    Impersonator,
}
