using System.Globalization;
using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Reads PCIe devices: a chassis' collection, or the list in the system of older services.</summary>
internal sealed class PcieDevices(RedfishPlaces places)
{
    public async Task<IReadOnlyList<RedfishPcieDevice>> ReadAsync(bool functions, CancellationToken cancellation)
    {
        var found = new List<RedfishMember>();
        foreach (var chassis in await places.OwnChassisAsync(cancellation).ConfigureAwait(false))
            found.AddRange(await places.Collection.ReadAsync(chassis.Body.Link("PCIeDevices"), cancellation).ConfigureAwait(false));
        if (found.Count == 0)
        {
            var system = await places.SystemAsync(cancellation).ConfigureAwait(false);
            found.AddRange(await places.Collection.EachAsync(system.Body.Links("PCIeDevices"), cancellation).ConfigureAwait(false));
        }

        var present = found.DistinctBy(d => d.Path).Where(d => !Health.IsAbsent(d.Body)).ToList();
        return [.. await Task.WhenAll(present.Select(d => DeviceAsync(d, functions, cancellation))).ConfigureAwait(false)];
    }

    private async Task<RedfishPcieDevice> DeviceAsync(RedfishMember device, bool withFunctions, CancellationToken cancellation)
    {
        var body = device.Body;
        IReadOnlyList<RedfishMember> functions = [];
        if (withFunctions)
        {
            functions = await places.Collection.ReadAsync(body.Link("PCIeFunctions"), cancellation).ConfigureAwait(false);
            if (functions.Count == 0) // before PCIeDevice 1.4
                functions = await places.Collection.EachAsync(body.Child("Links").Links("PCIeFunctions"), cancellation)
                    .ConfigureAwait(false);
        }

        return new RedfishPcieDevice(
            device.Path, device.Id, body.Text("Name"), body.Text("Manufacturer"), body.Text("Model"), body.Text("SerialNumber"),
            body.Text("PartNumber"), body.Text("FirmwareVersion"),
            [.. functions.Select(f => f.Body.Text("DeviceClass")).OfType<string>().Distinct()],
            [.. functions.Select(f => VendorId(f.Body)).OfType<string>().Distinct()], Health.Of(body));
    }

    // "0x102b" by the schema (PCIeFunction, VendorId); iLO 5 writes the number in decimal, others leave out the 0x.
    private static string? VendorId(JsonElement function)
    {
        var text = function.Text("VendorId")?.ToLowerInvariant();
        return text is null || text.StartsWith("0x", StringComparison.Ordinal) ? text
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $"0x{id:x4}" : "0x" + text;
    }
}
