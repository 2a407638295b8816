using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Power;
using Rackboot.Dhcp;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Management;

/// <summary>Converts machines between the API's documents and the inventory.</summary>
internal static class MachineDocuments
{
    private const int MostConfigBytes = 1024 * 1024;

    /// <summary>Converts <paramref name="document"/> and adds every error in it.</summary>
    /// <param name="current">The stored machine, whose configuration is kept if the document has none.</param>
    public static (MachineSpec Spec, Secret? Config) Read(
        Contracts.Machine document, CoreMachine? current, ServedNetworks networks, List<ProblemError> errors)
    {
        DocumentChecks.Name(document.Name, errors);
        DocumentChecks.Labels(document.Labels, errors);
        var macs = Macs(document.Macs ?? [], errors);
        Guid? uuid = null;
        if (document.Uuid is not null)
            if (Guid.TryParse(document.Uuid, out var parsed) && SystemUuid.Canonical(parsed) is not null)
                uuid = parsed;
            else
                errors.Add(new("/uuid", $"\"{document.Uuid}\" is not a UUID that identifies a machine"));
        if (document.Serial is not null && SystemSerial.Canonical(document.Serial) is null)
            errors.Add(new("/serial", $"\"{document.Serial}\" is a placeholder of manufacturers and identifies no machine; remove it"));
        var place = CloudDocuments.Read(document.Place, errors);
        if (place is not null && document.Bmc is not null)
            errors.Add(new("/bmc", "cannot be combined with place: the provider controls the power"));
        if (place is null && macs.Count == 0 && uuid is null && document.Serial is null && errors.Count == 0)
            errors.Add(new("", "nothing identifies the machine; set macs, uuid or serial"));
        var config = Config(document.MachineConfig, errors);
        var spec = new MachineSpec
        {
            Labels = document.Labels ?? new Dictionary<string, string>(),
            Macs = macs,
            Uuid = uuid,
            Serial = SystemSerial.Canonical(document.Serial),
            Profile = document.Profile,
            Address = Address(document.Address, networks, errors),
            Boot = (Core.Machines.BootSource)(document.Boot?.From ?? Contracts.BootSource.Network),
            Disk = (Core.Machines.DiskBootMethod)(document.Boot?.Disk ?? Contracts.DiskBootMethod.Auto),
            Bmc = place is not null ? new BmcSpec { Driver = Core.Power.Bmc.BmcDriver.Cloud, Address = place.Provider }
                : document.Bmc is null ? null : BmcDocuments.Read(document.Bmc, errors),
            Place = place,
            Config = config is not null ? new MachineConfigDigest(config.Sha256, config.Length)
                : document.MachineConfig?.Sha256 is not null && document.MachineConfig.Sha256 == current?.Spec?.Config?.Sha256
                ? current!.Spec!.Config
                : null,
        };
        if (config is null && document.MachineConfig?.Sha256 is { } sha && spec.Config is null)
            errors.Add(new(
                "/machineConfig/sha256", $"no machine configuration with SHA-256 {sha} is stored for this machine; send its content"));
        return (spec, config);
    }

    public static Contracts.Machine Write(CoreMachine machine, Inventory inventory, BootLog boots, AddressBook addresses, PowerDesk power)
    {
        var spec = machine.Spec;
        var seen = machine.Observed;
        var boot = boots.Current(machine.Id);
        return new Contracts.Machine
        {
            Name = machine.Name,
            Labels = spec?.Labels is { Count: > 0 } labels ? labels : null,
            Macs = spec is null ? null : [.. spec.Macs.Select(m => m.ToString())],
            Uuid = spec?.Uuid?.ToString(),
            Serial = spec?.Serial,
            Profile = spec?.Profile,
            Address = spec?.Address?.ToString(),
            Boot = spec is null or { Boot: Core.Machines.BootSource.Network, Disk: Core.Machines.DiskBootMethod.Auto }
                ? null
                : new MachineBoot { From = (Contracts.BootSource)spec.Boot, Disk = (Contracts.DiskBootMethod)spec.Disk },
            MachineConfig = spec?.Config is { } config ? new MachineConfig { Sha256 = config.Sha256, Bytes = config.Bytes } : null,
            Bmc = spec?.Bmc is null || spec.Place is not null ? null : BmcDocuments.Write(spec.Bmc),
            Place = CloudDocuments.Write(spec?.Place),
            Status = new MachineStatus
            {
                Provisioning = Boots.TrustApi.Write(machine, inventory.Provisioning),
                AcceptedCards = spec?.Accepted is { Count: > 0 } accepted
                    ? [.. accepted.Select(c => new MachineCard(c.Mac.ToString(), c.Since, $"accepted by {c.By}"))]
                    : null,
                PendingCards = inventory.Pending.Of(machine.Id) is { Count: > 0 } pending
                    ? [.. pending.Select(c => new MachineCard(c.Mac.ToString(), c.Seen, $"shows {c.Shows}"))]
                    : null,
                Power = BmcDocuments.Write(machine, power),
                Id = machine.Id.Value,
                State = MachineStates.Of(machine, boot, power.Known(machine)),
                SeenMacs = [.. seen.Macs.Select(m => m.ToString())],
                SeenUuid = seen.Uuid?.ToString(),
                SeenSerial = seen.Serial,
                Manufacturer = seen.Manufacturer,
                Product = seen.Product,
                Firmware = seen.Firmware?.ToString().ToLowerInvariant(),
                Architecture = seen.Architecture,
                Address = addresses.Of(machine.Id)?.ToString(),
                LastBoot = boot?.Id,
                LastStage = boot is null ? null : (Contracts.BootStage)boot.Stage,
                FirstSeen = seen.WasSeen ? seen.FirstSeen : null,
                LastSeen = seen.WasSeen ? seen.LastSeen : null,
            },
        };
    }

    private static List<MacAddress> Macs(IReadOnlyList<string> texts, List<ProblemError> errors)
    {
        var macs = new List<MacAddress>();
        for (var i = 0; i < texts.Count; i++)
            if (!MacAddress.TryParse(texts[i], out var mac))
                errors.Add(new($"/macs/{i}", $"\"{texts[i]}\" is not a MAC address; allowed: six bytes, like 52:54:00:00:01:04"));
            else if (!mac.IsUnicast)
                errors.Add(new($"/macs/{i}", $"{mac} is not a card's address: it is a group address or all zeroes"));
            else if (macs.Contains(mac))
                errors.Add(new($"/macs/{i}", $"{mac} is named twice"));
            else
                macs.Add(mac);
        return macs;
    }

    private static IPAddress? Address(string? text, ServedNetworks networks, List<ProblemError> errors)
    {
        if (text is null)
            return null;
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork
            || text.Split('.').Length != 4)
        {
            errors.Add(new("/address", $"\"{text}\" is not an IPv4 address"));
            return null;
        }

        if (Taken(address, networks) is { } taken)
            errors.Add(new("/address", $"{address} is {taken}; choose another address"));
        if (!networks.Subnets.Any(s => s.Network.Contains(address)))
            errors.Add(new("/address",
                $"{address} is in none of the served subnets; these are: {string.Join(", ", networks.Subnets.Select(s => s.Network))}"));
        return address;
    }

    // Addresses of a subnet that no machine may have.
    private static string? Taken(IPAddress address, ServedNetworks networks)
    {
        if (networks.Own.Contains(address))
            return "the appliance's own address";
        if (networks.Subnets.FirstOrDefault(s => s.Network.Contains(address)) is not { } subnet)
            return null;
        var last = DhcpMessage.ToAddress(DhcpMessage.ToNumber(subnet.Network.BaseAddress) | uint.MaxValue >> subnet.Network.PrefixLength);
        return address.Equals(subnet.Router) ? $"the router of subnet {subnet.Network}"
            : address.Equals(subnet.Network.BaseAddress) ? $"the network address of subnet {subnet.Network}"
            : address.Equals(last) ? $"the broadcast address of subnet {subnet.Network}"
            : null;
    }

    private static Secret? Config(MachineConfig? config, List<ProblemError> errors)
    {
        if (config?.File is not null)
            errors.Add(new("/machineConfig/file", "the API expects the content; rackboot apply reads the file and sends it"));
        if (config?.Content is not { } content)
            return null;
        var bytes = Encoding.UTF8.GetByteCount(content);
        if (bytes is 0 or > MostConfigBytes)
            errors.Add(new("/machineConfig/content", bytes == 0
                ? "is empty; omit machineConfig to boot into maintenance mode"
                : $"has {bytes:N0} bytes; at most {MostConfigBytes:N0} are allowed"));
        else if (MachineConfigCheck.Mistake(content) is { } mistake)
            errors.Add(new("/machineConfig/content", $"{mistake}; Talos cannot read it. Check it with: rackboot config validate "
                + "-f FILE"));
        return new Secret(content);
    }
}
