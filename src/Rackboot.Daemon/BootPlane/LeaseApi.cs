using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Rackboot.Contracts;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Leases.</summary>
internal sealed class LeaseApi(Func<IPAddress, string?, IEnumerable<Dhcp.Lease>> from, Inventory inventory, TimeProvider time)
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
            after => From(Following(after), machine).Where(l => MachineScope.Of(http).Includes(Holder(l))
                && (state is null || State(l) == state)),
            l => l.Address.ToString(), Write);

    private IEnumerable<Dhcp.Lease> From(IPAddress first, string? machine) => machine is null ? from(first, null)
        : inventory.Fleet.Named(machine) is { } named ? from(first, DhcpBoot.HolderOf(named.Id))
        : [];

    // Something else than an address, which no answer had: from the beginning.
    private static IPAddress Following(string? address) =>
        IPAddress.TryParse(address, out var last) && last.AddressFamily == AddressFamily.InterNetwork
            ? DhcpMessage.ToAddress(DhcpMessage.ToNumber(last) + 1) : IPAddress.Any;

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
