namespace Rackboot.Redfish;

/// <summary>Reads the network cards of every chassis.</summary>
internal sealed class NetworkAdapters(RedfishPlaces places)
{
    public async Task<IReadOnlyList<RedfishNetworkAdapter>> ReadAsync(CancellationToken cancellation)
    {
        var found = new List<RedfishNetworkAdapter>();
        foreach (var chassis in await places.ChassisAsync(cancellation).ConfigureAwait(false))
            foreach (var adapter in await places.Collection.ReadAsync(chassis.Body.Link("NetworkAdapters"), cancellation)
                .ConfigureAwait(false))
                if (!Health.IsAbsent(adapter.Body))
                    found.Add(await AdapterAsync(adapter, cancellation).ConfigureAwait(false));
        return [.. found.DistinctBy(a => a.Path)];
    }

    private async Task<RedfishNetworkAdapter> AdapterAsync(RedfishMember adapter, CancellationToken cancellation)
    {
        var body = adapter.Body;
        var functions = await places.Collection.ReadAsync(body.Link("NetworkDeviceFunctions"), cancellation).ConfigureAwait(false);
        var macs = functions.Select(f => MacText.Of(f.Body.Child("Ethernet"))).OfType<string>().Distinct();
        var firmware = body.Items("Controllers").Select(c => c.Text("FirmwarePackageVersion")).OfType<string>().FirstOrDefault();
        return new RedfishNetworkAdapter(
            adapter.Path, adapter.Id, body.Text("Name"), body.Text("Manufacturer"), body.Text("Model"), body.Text("SerialNumber"),
            body.Text("PartNumber"), firmware, [.. macs], Health.Of(body));
    }
}
