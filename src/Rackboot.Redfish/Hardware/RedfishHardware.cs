using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>What a machine is made of. Trays of accelerators that the service shows as systems of their own are included.</summary>
public sealed class RedfishHardware
{
    private static readonly string[] AcceleratorTypes = ["GPU", "FPGA", "DSP", "Accelerator", "PartialReconfigurationFPGA"];

    // PCI vendors of the display controller that is the BMC itself, and no GPU: ASPEED and Matrox (pci-ids.ucw.cz).
    private static readonly string[] BmcDisplayVendors = ["0x1a03", "0x102b"];

    private readonly RedfishPlaces _places;

    internal RedfishHardware(RedfishPlaces places) => _places = places;

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishProcessor>> ProcessorsAsync(CancellationToken cancellation = default)
    {
        var found = new List<RedfishProcessor>();
        foreach (var (system, processors) in await OfSystemsAsync("Processors", cancellation).ConfigureAwait(false))
            found.AddRange(processors.Select(p => Processor(p, system)));
        return found;
    }

    /// <summary>Memory modules; empty slots are left out.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishMemoryModule>> MemoryAsync(CancellationToken cancellation = default)
    {
        var found = new List<RedfishMemoryModule>();
        foreach (var (system, modules) in await OfSystemsAsync("Memory", cancellation).ConfigureAwait(false))
            found.AddRange(modules.Where(m => m.Body.Number("CapacityMiB") is not 0).Select(m => Module(m, system)));
        return found;
    }

    /// <summary>Drives: those of Storage; where there are none, those of the older SimpleStorage.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishDrive>> DrivesAsync(CancellationToken cancellation = default)
    {
        var found = new List<RedfishDrive>();
        foreach (var (_, storages) in await OfSystemsAsync("Storage", cancellation).ConfigureAwait(false))
            foreach (var storage in storages)
            {
                var drives = await _places.Collection.EachAsync(storage.Body.Links("Drives"), cancellation).ConfigureAwait(false);
                found.AddRange(drives.Where(d => !Health.IsAbsent(d.Body)).Select(d => Drive(d.Path, d.Id, d.Body, storage.Id)));
            }

        if (found.Count == 0)
            foreach (var (_, storages) in await OfSystemsAsync("SimpleStorage", cancellation).ConfigureAwait(false))
                foreach (var storage in storages)
                    found.AddRange(storage.Body.Items("Devices").Where(d => !Health.IsAbsent(d))
                        .Select((d, i) => Drive($"{storage.Path}#/Devices/{i}", $"{storage.Id}.{i}", d, storage.Id)));
        return [.. found.DistinctBy(d => d.Path)];
    }

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public Task<IReadOnlyList<RedfishNetworkAdapter>> NetworkAdaptersAsync(CancellationToken cancellation = default) =>
        new NetworkAdapters(_places).ReadAsync(cancellation);

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishEthernetPort>> EthernetPortsAsync(CancellationToken cancellation = default)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var ports = await _places.Collection.ReadAsync(system.Body.Link("EthernetInterfaces"), cancellation).ConfigureAwait(false);
        return [.. ports.Select(Port)];
    }

    /// <summary>PCIe devices that are there. Their functions cost one or more requests for each device.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public Task<IReadOnlyList<RedfishPcieDevice>> PcieDevicesAsync(bool functions = false, CancellationToken cancellation = default) =>
        new PcieDevices(_places).ReadAsync(functions, cancellation);

    /// <summary>GPUs and other accelerators: processors of such a type; where the service lists none, PCIe devices of such a
    /// class.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishAccelerator>> AcceleratorsAsync(CancellationToken cancellation = default)
    {
        var processors = (await ProcessorsAsync(cancellation).ConfigureAwait(false)).Where(p => AcceleratorTypes.Contains(p.Type)).ToList();
        var found = processors
            .Select(p => new RedfishAccelerator(
                p.Path, p.Name, p.Type!, p.Manufacturer, p.Model, p.SerialNumber, p.FirmwareVersion, p.MemoryMiB, p.Health))
            .ToList();
        if (found.Any(a => a.Kind == "GPU"))
            return found;
        foreach (var d in await PcieDevicesAsync(functions: true, cancellation).ConfigureAwait(false))
        {
            var kind = d.Classes.Contains("ProcessingAccelerators") ? "Accelerator"
                : d.Classes.Contains("DisplayController") && !d.VendorIds.Any(BmcDisplayVendors.Contains) ? "GPU" : null;
            if (kind is not null && processors.All(p => p.PciePath != d.Path))
                found.Add(new RedfishAccelerator(
                    d.Path, d.Name, kind, d.Manufacturer, d.Model, d.SerialNumber, d.FirmwareVersion, null, d.Health));
        }

        return found;
    }

    // The machine itself, and trays that cannot boot; another bootable system is another machine.
    private async Task<IReadOnlyList<(string System, IReadOnlyList<RedfishMember> Members)>> OfSystemsAsync(
        string name, CancellationToken cancellation)
    {
        var host = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var own = await PresentAsync(host, name, cancellation).ConfigureAwait(false);
        var found = new List<(string, IReadOnlyList<RedfishMember>)>();
        foreach (var system in await _places.SystemsAsync(cancellation).ConfigureAwait(false))
            if (system.Path == host.Path)
                found.Add((system.Id, own));
            else if (!RedfishPlaces.CanBoot(system.Body))
                found.Add((system.Id, Without(own, await PresentAsync(system, name, cancellation).ConfigureAwait(false))));
        return found;
    }

    private async Task<IReadOnlyList<RedfishMember>> PresentAsync(RedfishMember system, string name, CancellationToken cancellation) =>
        [.. (await _places.Collection.ReadAsync(system.Body.Link(name), cancellation).ConfigureAwait(false))
            .Where(m => !Health.IsAbsent(m.Body))];

    // A tray may list the host's parts once more: the serial numbers tell (NVIDIA GB200), or without them the sockets (GH200). Two parts of
    // one system are two, whatever their serial numbers: GPUs of one module share it (GB300), unknown ones are all zeros (Cray EX235a).
    private static IReadOnlyList<RedfishMember> Without(IReadOnlyList<RedfishMember> own, IReadOnlyList<RedfishMember> listed)
    {
        var serials = own.Select(m => Marks(m, "SerialNumber")).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var sockets = own.Select(m => Marks(m, "Socket")).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. listed.Where(m => !(Marks(m, "SerialNumber") is { } serial
            ? serials.Contains(serial)
            : Marks(m, "Socket") is { } socket && sockets.Contains(socket)))];
    }

    private static string? Marks(RedfishMember part, string property) =>
        part.Body.Text(property) is { } text ? $"{part.Body.Text("ProcessorType") ?? part.Body.Text("MemoryDeviceType")} {text}" : null;

    private static RedfishProcessor Processor(RedfishMember p, string system)
    {
        var b = p.Body;
        var own = b.Items("ProcessorMemory").Where(m => m.Text("MemoryType")?.Contains("Cache", StringComparison.Ordinal) != true);
        var memory = b.Child("MemorySummary").Number("TotalMemorySizeMiB") ?? Sum(own);
        return new RedfishProcessor(
            p.Path, p.Id, b.Text("Name"), b.Text("ProcessorType"), b.Text("Manufacturer"), b.Text("Model") ?? b.Text("Version"),
            b.Count("TotalCores"),
            b.Count("TotalThreads"), b.Number("MaxSpeedMHz"), b.Text("SerialNumber"), b.Text("PartNumber"), b.Text("FirmwareVersion"),
            (long?)memory,
            Health.Of(b), system, b.Child("Links").Link("PCIeDevice"));
    }

    private static RedfishMemoryModule Module(RedfishMember m, string system)
    {
        var b = m.Body;
        return new RedfishMemoryModule(
            m.Path, m.Id, b.Text("Name"), b.Text("DeviceLocator") ?? b.Child("Location").Child("PartLocation").Text("ServiceLabel"),
            b.Whole("CapacityMiB"),
            b.Text("MemoryDeviceType"), b.Number("OperatingSpeedMhz"), b.Text("Manufacturer"), b.Text("PartNumber"),
            b.Text("SerialNumber"), Health.Of(b), system);
    }

    private static RedfishEthernetPort Port(RedfishMember p)
    {
        var b = p.Body;
        bool? up = b.Text("LinkStatus") is { } link ? link == "LinkUp" : null;
        return new RedfishEthernetPort(p.Path, p.Id, b.Text("Name"), MacText.Of(b), up, b.Number("SpeedMbps"), Health.Of(b));
    }

    private static double? Sum(IEnumerable<JsonElement> memories)
    {
        var sizes = memories.Select(m => m.Number("CapacityMiB")).OfType<double>().ToList();
        return sizes.Count > 0 ? sizes.Sum() : null;
    }

    private static RedfishDrive Drive(string path, string id, JsonElement d, string storage) => new(
        path, id, d.Text("Name"), d.Text("Manufacturer"), d.Text("Model"), d.Text("SerialNumber"), d.Whole("CapacityBytes"),
        d.Text("MediaType"),
        d.Text("Protocol"), d.Number("PredictedMediaLifeLeftPercent"), d.Flag(
            "FailurePredicted"), d.Text("Revision"), Health.Of(d), storage);
}
