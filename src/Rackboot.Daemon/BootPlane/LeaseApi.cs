using Rackboot.Contracts;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.Api;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Leases.</summary>
internal sealed class LeaseApi(Func<IReadOnlyList<Dhcp.Lease>> leases, Inventory inventory, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapGet(ApiPaths.Leases, () => Answers.List(leases().OrderBy(l => DhcpMessage.ToNumber(l.Address)).Select(Write)))
            .WithSummary("All leases").WithTags("leases").Produces<ItemList<Contracts.Lease>>();

    private Contracts.Lease Write(Dhcp.Lease lease) => new()
    {
        Address = lease.Address.ToString(),
        Subnet = lease.Subnet,
        State = lease.State == LeaseState.Bound && lease.Expires <= time.GetUtcNow() ? "expired" : lease.State.ToString().ToLowerInvariant(),
        Mac = lease.HardwareAddress.Length == 0 ? null : lease.HardwareAddress,
        ClientId = lease.ClientIdentifier.IsEmpty ? null : Convert.ToHexStringLower(lease.ClientIdentifier.Span),
        HostName = lease.HostName,
        Machine = DhcpBoot.Holder(lease) is { } id ? inventory.Fleet[id]?.Name : null,
        Since = lease.Since,
        Expires = lease.Expires,
    };
}
