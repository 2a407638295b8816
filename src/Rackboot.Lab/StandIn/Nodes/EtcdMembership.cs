namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A member of a simulated etcd.</summary>
/// <param name="Lost">Its data are gone: it never comes back.</param>
internal sealed record EtcdMembership(ulong Id, TalosNode Node, bool Lost = false)
{
    public bool IsUp => !Lost && Node.IsUp;
}
