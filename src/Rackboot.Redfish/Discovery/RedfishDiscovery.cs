using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Finds what a service manages, and which machine it is.</summary>
public sealed class RedfishDiscovery
{
    private readonly RedfishPlaces _places;

    internal RedfishDiscovery(RedfishPlaces places) => _places = places;

    /// <summary>Every system. The one that other calls work on is the one that can boot, or the one named in the options.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishPart>> SystemsAsync(CancellationToken cancellation = default) =>
        [.. (await _places.SystemsAsync(cancellation).ConfigureAwait(false))
            .Select(s => Part(s, "SystemType", RedfishPlaces.CanBoot(s.Body)))];

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishPart>> ManagersAsync(CancellationToken cancellation = default) =>
        [.. (await _places.ManagersAsync(cancellation).ConfigureAwait(false)).Select(m => Part(m, "ManagerType"))];

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishPart>> ChassisAsync(CancellationToken cancellation = default) =>
        [.. (await _places.ChassisAsync(cancellation).ConfigureAwait(false)).Select(c => Part(c, "ChassisType"))];

    /// <summary>Which machine this is.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<RedfishIdentity> IdentityAsync(CancellationToken cancellation = default)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var manager = await _places.ManagerAsync(system, cancellation).ConfigureAwait(false);
        var body = system.Body;
        return new RedfishIdentity(
            system.Id, body.Text("UUID"), body.Text("SerialNumber"), body.Text("Manufacturer"), body.Text("Model"), body.Text("SKU"),
            body.Text("PartNumber"),
            body.Text("HostName"), body.Text("BiosVersion"), await MacAddressesAsync(cancellation).ConfigureAwait(false),
            manager?.Body.Text("Model"), manager?.Body.Text("FirmwareVersion"));
    }

    /// <summary>The addresses of the host's network ports: those that the system lists, then those of its cards and of its boot options
    /// that it does not (NVIDIA's GH200, GB200 and GB300 show them in boot options alone); lower case with colons, each once.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<string>> MacAddressesAsync(CancellationToken cancellation = default)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var interfaces = await _places.Collection.ReadAsync(system.Body.Link("EthernetInterfaces"), cancellation).ConfigureAwait(false);
        // the wire between host and BMC is no port of the machine (Lenovo lists it)
        var listed = interfaces.Where(i => !i.Body.Child("Links").Has("HostInterface")).SelectMany(i => MacText.All(i.Body));
        var adapters = await new NetworkAdapters(_places).ReadAsync(cancellation).ConfigureAwait(false);
        var options = await _places.Collection.ReadAsync(system.Body.Child("Boot").Link("BootOptions"), cancellation).ConfigureAwait(false);
        var booted = options.Select(o => MacText.InDevicePath(o.Body.Text("UefiDevicePath"))).OfType<string>();
        return [.. listed.Concat(adapters.SelectMany(a => a.MacAddresses)).Concat(booted).Distinct()];
    }

    private static RedfishPart Part(RedfishMember member, string kind, bool canBoot = false)
    {
        JsonElement body = member.Body;
        return new RedfishPart(
            member.Path, member.Id, body.Text("Name"), body.Text(kind), body.Text("Manufacturer"), body.Text("Model"),
            body.Text("SerialNumber"),
            Health.Of(body), canBoot);
    }
}
