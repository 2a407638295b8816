using System.Net;
using System.Text;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Power;
using Rackboot.Core.Storage;
using Rackboot.Dhcp;
using Placement = Rackboot.Core.Clouds.Placement;

namespace Rackboot.Core.Diagnosis;

/// <summary>Gathers the facts about a machine, a card or an address, and asks <see cref="Explainer"/>.</summary>
public sealed class Inquiry(
    Inventory inventory, BootDesk desk, BootLog boots, AddressBook addresses, ServedNetworks networks, Sightings sightings,
        PowerDesk power, ClockWatch clock,
    TimeProvider time)
{
    /// <summary>What is known of machines at providers.</summary>
    public Func<MachineId, Placement?> Placement { get; init; } = _ => null;

    /// <summary>The machine with the name, MAC address or IP address <paramref name="who"/>; null if there is
    /// none.</summary>
    public Machine? Find(string who)
    {
        if (inventory.Fleet.Named(who) is { } named)
            return named;
        if (MacAddress.TryParse(who, out var card))
            return inventory.Fleet.WithCard(card) ?? (inventory.Fleet.Find(new MachineIdentity { Mac = card }) is { } found
                && !found.IsPending(card) && !inventory.IsGlimpsed(found) ? found : null);
        return Address(who) is { } address
            ? addresses.At(address) is { } id ? inventory.Fleet[id] : inventory.Fleet.WithReservedAddress(address)
            : null;
    }

    /// <summary>Whether <paramref name="who"/> can be explained without a machine: a MAC or IP address.</summary>
    public static bool IsSomebody(string who) => MacAddress.TryParse(who, out _) || Address(who) is not null;

    public Verdict Explain(Machine machine) => Explainer.Explain(Of(machine));

    /// <summary>Explains a card or an address that belongs to no machine.</summary>
    public Verdict Explain(string who)
    {
        IReadOnlyList<Sighting> seen = MacAddress.TryParse(who, out var card) ? Seen(card) : Address(who) is { } address ? At(address) : [];
        return Explainer.Explain(new Situation { Name = card != default ? card.ToString() : who, Sightings = seen, Clock = clock.Facts,
            HttpPort = desk.Settings.HttpPort });
    }

    internal Situation Of(Machine machine)
    {
        var boot = boots.Current(machine.Id);
        var (quiet, age, silent) = boot is null ? default : boots.Clock(machine.Id);
        var earlier = boots.Earlier(machine.Id);
        var address = addresses.Of(machine.Id);
        var knowledge = desk.Knowledge;
        return new Situation
        {
            Name = machine.Name,
            Machine = machine,
            Boot = boot,
            Timeline = boot is null ? [] : boots.Timeline(boot.Id),
            Earlier = earlier,
            EarlierTrouble = boots.Before(machine.Id),
            Quiet = quiet,
            Age = age,
            Silent = silent,
            Usual = boots.Usual.Usual(boot?.Stage ?? BootStage.Firmware),
            Next = BootPolicy.Decide(machine, new BootRequest(BootClient.IpxeScript, null), knowledge),
            NextProgram = Program(machine, knowledge),
            Sightings = [.. machine.Macs.Distinct().SelectMany(sightings.Of).Concat(sightings.Of(machine.Id))
                .Concat(address is null ? [] : sightings.At(address)).OrderByDescending(s => s.Last)],
            Pending = inventory.Pending.Of(machine.Id),
            SameUuid = [.. inventory.Fleet.SharingUuid(machine).Select(m => m.Name).Order(StringComparer.Ordinal)],
            Placement = Placement(machine.Id),
            Power = Power(machine),
            Clock = clock.Facts,
            ConfigurationMistake = Configuration(machine),
            Subnet = Subnet(machine, address, boot),
            Address = address?.ToString(),
            HttpPort = desk.Settings.HttpPort,
            LogPort = desk.Settings.LogPort,
        };
    }

    private PowerFacts? Power(Machine machine)
    {
        if (power.Known(machine) is not { } reading)
            return null;
        var last = power.LastAttempt(machine.Id);
        return new PowerFacts(
            reading, reading.Read is { } read ? Past(time.GetUtcNow() - read) : null, power.Standing(machine), last,
                last is null ? TimeSpan.Zero : time.GetElapsedTime(last.Ended));
    }

    // The last request shows which firmware asks next.
    private static BootAnswer? Program(Machine machine, BootKnowledge knowledge) =>
        (machine.Observed.Firmware, machine.Observed.Architecture) switch
    {
        (FirmwareKind.Bios, _) => BootPolicy.Decide(machine, new BootRequest(BootClient.Firmware, ClientArchitecture.X86Bios), knowledge),
        (FirmwareKind.Uefi, "amd64") => BootPolicy.Decide(machine, new BootRequest(BootClient.Firmware, ClientArchitecture.X64Uefi),
            knowledge),
        (FirmwareKind.Uefi, "arm64") => BootPolicy.Decide(machine, new BootRequest(BootClient.Firmware, ClientArchitecture.Arm64Uefi),
            knowledge),
        _ => null,
    };

    private string? Configuration(Machine machine)
    {
        if (machine.Spec?.Config is null || machine.Seat is not null)
            return null;
        try
        {
            return inventory.Config(machine.Id) is { } config
                ? MachineConfigCheck.Mistake(Encoding.UTF8.GetString(config.Reveal().Span)) : null;
        }
        catch (Exception e) when (e is StoreException or InvalidDataException)
        {
            return "reading it from the store failed; apply it again: rackboot apply -f FILE";
        }
    }

    private DhcpSubnet? Subnet(Machine machine, IPAddress? address, BootRecord? boot) =>
        address is not null ? networks.Find(address)
        : machine.Spec?.Address is { } reserved ? networks.Find(reserved)
        : boot?.Subnet is { } name ? networks.Subnets.FirstOrDefault(s => s.Network.ToString() == name)
        : networks.Subnets is [var only] ? only
        : null;

    private IReadOnlyList<Sighting> Seen(MacAddress card) => sightings.Of(card);

    private IReadOnlyList<Sighting> At(IPAddress address) =>
        addresses.Proof(address).Card is { } card ? [
            .. sightings.Of(card).Concat(sightings.At(address)).OrderByDescending(s => s.Last)] : sightings.At(address);

    private static TimeSpan Past(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private static IPAddress? Address(string who) => who.Split('.').Length == 4 && IPAddress.TryParse(who, out var address) ? address
        : null;
}
