using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Leases.</summary>
internal sealed class LeaseApi(Func<IReadOnlyList<Dhcp.Lease>> leases, Inventory inventory, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapGet(ApiPaths.Leases, List)
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("List leases by address").WithTags("leases").Produces<ItemList<Contracts.Lease>>()
            .Produces<Problem>(400);

    private IResult List(
        HttpContext http,
        [AsParameters] Page page,
        [Description("Only those of this machine.")] string? machine,
        [Description("Only leases in this state: bound, expired, released or declined.")] string? state) => page.Of(
            leases().Where(l => MachineScope.Of(http).Includes(Holder(l))
                && (machine is null || Holder(l) == machine) && (state is null || State(l) == state)),
            l => $"{DhcpMessage.ToNumber(l.Address):x8}", Write);

    private Contracts.Lease Write(Dhcp.Lease lease) => new()
    {
        Address = lease.Address.ToString(),
        Subnet = lease.Subnet,
        State = State(lease),
        Mac = lease.HardwareAddress.Length == 0 ? null : lease.HardwareAddress,
        ClientId = lease.ClientIdentifier.IsEmpty ? null : Convert.ToHexStringLower(lease.ClientIdentifier.Span),
        HostName = lease.HostName,
        Machine = Holder(lease),
        Since = lease.Since,
        Expires = lease.Expires,
    };

    private string State(Dhcp.Lease lease) =>
        lease.State == LeaseState.Bound && lease.Expires <= time.GetUtcNow() ? "expired" : lease.State.ToString().ToLowerInvariant();

    private string? Holder(Dhcp.Lease lease) => DhcpBoot.Holder(lease) is { } id ? inventory.Fleet[id]?.Name : null;
}
