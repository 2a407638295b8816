using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Reads the network cards of every chassis of the machine.</summary>
internal sealed class NetworkAdapters(RedfishPlaces places)
{
    public async Task<IReadOnlyList<RedfishNetworkAdapter>> ReadAsync(CancellationToken cancellation)
    {
        var listed = new List<RedfishMember>();
        foreach (var chassis in await places.OwnChassisAsync(cancellation).ConfigureAwait(false))
            listed.AddRange(await places.Collection.ReadAsync(chassis.Body.Link("NetworkAdapters"), cancellation).ConfigureAwait(false));
        if (listed.Count == 0)
            listed.AddRange(await OfInterfacesAsync(cancellation).ConfigureAwait(false));
        var found = new List<RedfishNetworkAdapter>();
        foreach (var adapter in listed.DistinctBy(a => a.Path).Where(a => !Health.IsAbsent(a.Body)))
            found.Add(await AdapterAsync(adapter, cancellation).ConfigureAwait(false));
        return found;
    }

    // Supermicro keeps them below the system (bmc-toolbox/bmclib internal/redfishwrapper/fixtures/smc_aoc).
    private async Task<IReadOnlyList<RedfishMember>> OfInterfacesAsync(CancellationToken cancellation)
    {
        var system = await places.SystemAsync(cancellation).ConfigureAwait(false);
        var interfaces = await places.Collection.ReadAsync(system.Body.Link("NetworkInterfaces"), cancellation).ConfigureAwait(false);
        var paths = interfaces.Select(i => i.Body.Child("Links").Link("NetworkAdapter")).OfType<string>().Distinct();
        return await places.Collection.EachAsync(paths, cancellation).ConfigureAwait(false);
    }

    private async Task<RedfishNetworkAdapter> AdapterAsync(RedfishMember adapter, CancellationToken cancellation)
    {
        var body = adapter.Body;
        var functions = await places.Collection.ReadAsync(body.Link("NetworkDeviceFunctions"), cancellation).ConfigureAwait(false);
        var macs = functions.SelectMany(f => MacText.All(f.Body.Child("Ethernet"))).Distinct().ToList();
        if (macs.Count == 0)
            macs = await OfPortsAsync(body, cancellation).ConfigureAwait(false);
        var firmware = body.Items("Controllers").Select(c => c.Text("FirmwarePackageVersion")).OfType<string>().FirstOrDefault();
        return new RedfishNetworkAdapter(
            adapter.Path, adapter.Id, body.Text("Name"), body.Text("Manufacturer"), body.Text("Model"), body.Text("SerialNumber"),
            body.Text("PartNumber"), firmware, macs, Health.Of(body));
    }

    // Port, and NetworkPort before 2020.4. With functions they are of no use: they also show addresses for storage.
    private async Task<List<string>> OfPortsAsync(JsonElement adapter, CancellationToken cancellation)
    {
        var ports = await places.Collection.ReadAsync(adapter.Link("Ports") ?? adapter.Link("NetworkPorts"), cancellation)
            .ConfigureAwait(false);
        return [.. ports
            .SelectMany(p => p.Body.Child("Ethernet").Texts("AssociatedMACAddresses").Concat(p.Body.Texts("AssociatedNetworkAddresses")))
            .Select(MacText.Read).OfType<string>().Distinct()];
    }
}
