using Rackboot.Core.Credentials;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Machines;

/// <summary>The rack's inventory: machines, the profiles they boot, the credentials of their BMCs.</summary>
internal sealed class MachinesPart : IPart
{
    public MachinesPart(StorePart store, TimeProvider time)
    {
        Credentials = new CredentialVault(store.Store, store.Events, time);
        Inventory = new Inventory(store.Store, store.Events, time, Credentials);
    }

    public CredentialVault Credentials { get; }

    public Inventory Inventory { get; }

    public void MapManagement(IEndpointRouteBuilder api)
    {
        new ProfileApi(Inventory).Map(api);
        new CredentialApi(Credentials, Inventory).Map(api);
    }

    public void Measure(MetricsText text)
    {
        var accepted = Inventory.Fleet.Machines.Count(m => m.Accepted);
        text.Metric("rackboot_machines", "gauge", "Machines, accepted or only discovered.");
        text.Sample("rackboot_machines", accepted, ("state", "accepted"));
        text.Sample("rackboot_machines", Inventory.Fleet.Machines.Count() - accepted, ("state", "discovered"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
