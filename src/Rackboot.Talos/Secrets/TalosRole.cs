namespace Rackboot.Talos.Secrets;

/// <summary>What the holder of a client certificate may ask of the Talos API (siderolabs/talos pkg/machinery/role).</summary>
public enum TalosRole
{
    /// <summary><c>os:admin</c>: everything.</summary>
    Admin,

    /// <summary><c>os:operator</c>: reads what is no secret, reboots, shuts down, takes etcd snapshots, pulls images.</summary>
    Operator,

    /// <summary><c>os:reader</c>: reads what is no secret.</summary>
    Reader,

    /// <summary><c>os:etcd:backup</c>: takes etcd snapshots.</summary>
    EtcdBackup,

    /// <summary><c>os:meta:writer</c>: writes META values.</summary>
    MetaWriter,

    /// <summary><c>os:image:verifier</c>: has images verified.</summary>
    ImageVerifier,

    /// <summary><c>os:impersonator</c>: acts with the roles it names; for Talos's own components.</summary>
    Impersonator,
}
