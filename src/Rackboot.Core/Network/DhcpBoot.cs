using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Translates between DHCP and the boot policy: a client's identity, its answer, and its timeline.</summary>
public sealed class DhcpBoot(Inventory inventory, BootDesk desk, BootLog boots, AddressBook addresses, EventLog events, Counters counters)
    : IDhcpPolicy, IDhcpObserver
{
    /// <summary>The owner of machines' leases: <c>machine:</c> and the machine's id.</summary>
    private const string HolderPrefix = "machine:";

    /// <summary>Requests without an answer.</summary>
    public Sightings Sightings { get; init; } = new(TimeProvider.System);

    /// <summary>Addresses that are in use without a lease.</summary>
    public AddressConflicts Conflicts { get; init; } = new(TimeProvider.System);

    /// <summary>Interfaces on which messages arrive twice.</summary>
    public NetworkLoops Loops { get; init; } = new(TimeProvider.System);

    private const string NoSuchFile = "boot-from-disk";
    private static readonly DhcpDecision AddressForStranger = new();
    private readonly AcknowledgedRequests _acknowledged = new();

    public DhcpDecision Decide(DhcpClient client)
    {
        var kind = Kind(client);
        var (machine, isPending) = Identify(client, kind);
        var answer = BootPolicy.Decide(isPending ? null : machine, new BootRequest(kind, client.Architecture), desk.Knowledge);
        if (answer is BootAnswer.Nothing nothing)
        {
            See(client, FactKind.Ignored, null, $"asks for an address as {Title(client, kind)} and gets no answer: {nothing.Because}");
            return DhcpDecision.Silent(nothing.Because);
        }

        if (isPending)
            See(client, FactKind.UndescribedCard, machine?.Name,
                $"reports the identity of {machine?.Name}, but this card is not in its document");
        if (machine is null)
            return AddressForStranger;
        if (isPending)
            return new DhcpDecision { Boot = File(client, kind, answer) is { } file ? new DhcpBootFile(file) : null };
        switch (answer)
        {
            case BootAnswer.AddressOnly { IsProblem: true } problem when !inventory.IsGlimpsed(machine):
                boots.Note(machine, BootStage.Firmware, "dhcp", problem.Because, Level.Error,
                    boot => boot with { Outcome = BootOutcome.Failed },
                    new Fact(FactKind.NoProgram));
                return For(machine, client, null);
            default:
                return For(machine, client, File(client, kind, answer));
        }
    }

    public bool GoesFirst(ReadOnlySpan<byte> hardwareAddress, Guid? uuid) =>
        MacAddress.TryRead(hardwareAddress, out var mac)
        && inventory.Fleet.Find(new MachineIdentity { Mac = mac, Uuid = uuid }) is { Accepted: true } machine && !machine.IsPending(mac);

    public string? ReservedFor(IPAddress address) =>
        inventory.Fleet.WithReservedAddress(address) is { } machine ? HolderOf(machine.Id) : null;

    public void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile)
    {
        counters.Add(answer switch { DhcpMessageType.Offer => "dhcp.offer", DhcpMessageType.Ack => "dhcp.ack", _ => "dhcp.nak" });
        var kind = Kind(client);
        if (answer == DhcpMessageType.Ack)
            Keep(client, kind);
        Overhear(client, client.ClientAddress);
        if (Known(client, out var isPending) is not { } machine)
        {
            if (isPending)
                return;
            var title = Title(client, kind);
            See(client, FactKind.Stranger, null, $"asked for an address as {title}, was offered {address}, and has no document");
            return;
        }

        var what = answer switch
        {
            DhcpMessageType.Offer when address.Equals(IPAddress.Any) => "offered boot data; another server assigns the address",
            DhcpMessageType.Offer => $"offered {address}",
            DhcpMessageType.Ack when address.Equals(IPAddress.Any) => "gave boot data",
            DhcpMessageType.Ack => $"gave {address}",
            _ => "refused the requested address (NAK); it starts over",
        };
        var relay = client.Relay is null ? "" : $", by relay {client.Relay}";
        var fact = new Fact(answer switch
        {
            DhcpMessageType.Offer => address.Equals(IPAddress.Any) ? FactKind.OfferedBootData : FactKind.Offered,
            DhcpMessageType.Ack => FactKind.TookAddress,
            _ => FactKind.AddressRefused,
        }, client.Relay is { } giaddr ? $"relay {giaddr}" : $"{address}");
        var text = $"{Who(client, kind)} asked ({client.MessageType.ToString().ToLowerInvariant()}); "
            + $"{what}{(bootFile is null ? "" : $", boot file {bootFile}")}{relay}";
        var platform = BootPlatform.Of(client.Architecture);
        var firmware = kind == BootClient.HttpFirmware ? "uefi-http" : platform?.Firmware == FirmwareKind.Uefi ? "uefi-pxe" : "bios";
        if (answer == DhcpMessageType.Offer)
            _acknowledged.Offered(machine.Id, kind, client.TransactionId);
        var isRepeated = answer == DhcpMessageType.Ack && _acknowledged.IsRepeated(machine.Id, kind, client.TransactionId);
        switch (kind)
        {
            case BootClient.Firmware or BootClient.HttpFirmware or BootClient.Ipxe when isRepeated:
                boots.Remark(machine.Id, "dhcp", text, fact: fact);
                break;
            case BootClient.Firmware or BootClient.HttpFirmware:
                var outcome = SendsToDisk(machine, client, kind, answer) ? BootOutcome.Disk : bootFile is null ? (BootOutcome?)null
                    : BootOutcome.Running;
                boots.Note(machine, BootStage.Firmware, "dhcp",
                    outcome == BootOutcome.Disk ? text + "; the firmware moves on to its disk" : text,
                    change: boot => Ended(boot, outcome, text) with
                {
                    Firmware = firmware,
                    Architecture = platform?.Architecture,
                    Subnet = $"{client.Subnet.Network}",
                }, fact: fact);
                break;
            case BootClient.Ipxe:
                boots.Note(machine, BootStage.Ipxe, "dhcp", text, change: boot => boot with
                {
                    Firmware = boot.Firmware ?? firmware,
                    Architecture = boot.Architecture ?? platform?.Architecture,
                    Subnet = $"{client.Subnet.Network}",
                }, fact: fact);
                break;
            case BootClient.OperatingSystem when boots.Current(machine.Id) is { IsOver: false,
                Stage: BootStage.Script or BootStage.Kernel or BootStage.System, Outcome: not BootOutcome.Waiting }:
                boots.Note(machine, BootStage.System, "dhcp", text, fact: fact);
                break;
        }

        if (answer == DhcpMessageType.Ack && Conflicts.Instead(machine, address, client.Subnet, addresses, inventory) is { } instead)
            boots.Remark(machine.Id, "dhcp", instead.Text, Level.Warning, instead.Fact);
    }

    // A failed or completed boot runs again when there is something to fetch; for a stalled one, asking again is not progress.
    private static BootRecord Ended(BootRecord boot, BootOutcome? outcome, string text) =>
        outcome is not { } now || now == BootOutcome.Running && boot.Outcome == BootOutcome.Stalled ? boot
            : boot with { Outcome = now, Now = text };

    public void Ignored(DhcpClient client, string reason)
    {
        counters.Add("dhcp.ignored");
        if (reason == DhcpSilence.ForeignAddress && Kind(client) == BootClient.OperatingSystem)
            return; // a client of another server renews its lease
        if (Silence(reason) is { } kind)
            See(client, kind, $"{client.Subnet.Network}", $"asks for an address and gets no answer: {reason} ({client.Subnet.Network})");
        if (Known(client) is { } machine && boots.Current(machine.Id) is { IsOver: false })
            boots.Remark(machine.Id, "dhcp", $"not answered: {reason}", Silence(reason) is null ? Level.Info : Level.Warning,
                new Fact(Silence(reason) ?? FactKind.None, $"{client.Subnet.Network}"));
    }

    public void Unserved(string hardwareAddress, IPAddress? relay, string device, string reason)
    {
        if (!MacAddress.TryParse(hardwareAddress, out var mac) || !mac.IsUnicast)
            return;
        if (reason == DhcpSilence.EveryAddressInUse)
            Sightings.Add(mac, new Fact(FactKind.PoolExhausted),
                "asks for an address, and other hosts use every address that could be offered");
        else
            Sightings.Add(mac, new Fact(FactKind.NotServed, relay?.ToString()), relay is not null
                ? $"asks through the relay {relay}, which is in none of the served subnets"
                : $"asks on {device}, whose network is not served");
    }

    public void Dropped(EndPoint source, string reason) => counters.Add($"dhcp.dropped ({reason})");

    public void OtherServerChosen(DhcpClient client, IPAddress otherServer)
    {
        counters.Add("dhcp.other server chosen");
        Keep(client, Kind(client));
        Overhear(client, client.RequestedAddress);
        if (Known(client) is not { } machine)
            return;
        if (client.Subnet.Mode == SubnetMode.Proxy)
        {
            boots.Remark(machine.Id, "dhcp", $"takes {client.RequestedAddress} from {otherServer}, which assigns the addresses here",
                fact: new Fact(FactKind.OtherServerGives, $"{otherServer}"));
        }
        else if (boots.Current(machine.Id) is null or { IsOver: true })
            See(client, FactKind.OtherServer, $"{otherServer}",
                $"takes the address of another DHCP server, {otherServer}, which answered first");
        else
            boots.Remark(machine.Id, "dhcp", $"another DHCP server, {otherServer}, answered first and the machine took its offer",
                Level.Warning,
                new Fact(FactKind.OtherServer, $"{otherServer}"));
    }

    public void ArrivedTwice(DhcpClient client)
    {
        counters.Add("dhcp.arrived twice");
        if (!Loops.Notice(client.Interface, out var isNews))
            return;
        if (isNews)
            events.Add("network.loop", Level.Warning, null, null, $"messages arrive twice on {client.Interface}: look for a loop between "
                + "its switches, or a port that copies packets");
        if (Known(client) is { } machine)
            boots.Remark(machine.Id, "dhcp", $"what it sends arrives twice on {client.Interface}", Level.Warning,
                new Fact(FactKind.ArrivesTwice, client.Interface));
    }

    public void LeaseChanged(Lease lease)
    {
        // A released or declined address belongs to no machine. The owner of other addresses is looked up on
        // demand.
        if (lease.State == LeaseState.Bound)
            addresses.Set(
                lease.Address, Owner(lease), lease.Expires, MacAddress.TryParse(lease.HardwareAddress, out var card) ? card : null);
        else
            addresses.Remove(lease.Address);
    }

    public void AddressConflict(IPAddress address, string reason, string? by = null, string? declinedBy = null)
    {
        Conflicts.Add(address, by);
        if (MacAddress.TryParse(declinedBy, out var decliner))
        {
            const string What = "declined {0}: another host uses that address";
            Sightings.Add(decliner, new Fact(FactKind.AddressDeclined, $"{address}"), string.Format(null, What, address));
            if (inventory.Fleet.Find(new MachineIdentity { Mac = decliner }) is { } machine && !machine.IsPending(decliner))
                boots.Remark(machine.Id, "dhcp", string.Format(null, What, address), Level.Warning,
                    new Fact(FactKind.AddressDeclined, $"{address}"));
        }

        counters.Add("dhcp.address conflict");
        events.Add("address.conflict", Level.Warning, null, null,
            $"{address} is used without a lease by {by ?? "another host"} ({reason}); the appliance withholds it for a while");
    }

    /// <summary><see cref="Lease.Holder"/> of the leases of <paramref name="machine"/>.</summary>
    public static string HolderOf(MachineId machine) => HolderPrefix + machine;

    /// <summary>The machine that holds <paramref name="lease"/>, or null.</summary>
    public static MachineId? Holder(Lease lease) =>
        lease.Holder.StartsWith(HolderPrefix, StringComparison.Ordinal) ? new MachineId(lease.Holder[HolderPrefix.Length..]) : null;

    // A machine that was merged or recreated since the lease was granted has another id.
    private MachineId? Owner(Lease lease) =>
        Holder(lease) is not { } id ? null
        : inventory.Fleet[id] is not null ? id
        : MacAddress.TryParse(lease.HardwareAddress, out var mac) ? inventory.Fleet.Find(new MachineIdentity { Mac = mac })?.Id
        : null;

    private static FactKind? Silence(string reason) => reason switch
    {
        DhcpSilence.PoolExhausted => FactKind.PoolExhausted,
        DhcpSilence.NoRange => FactKind.NoRange,
        _ => null,
    };

    private void See(DhcpClient client, FactKind kind, string? about, string text)
    {
        if (MacAddress.TryParse(client.HardwareAddress, out var mac) && mac.IsUnicast)
            Sightings.Add(mac, new Fact(kind, about), text);
    }

    private static BootClient Kind(DhcpClient client) =>
        client.IsIpxe ? BootClient.Ipxe
        : client.IsHttpBoot ? BootClient.HttpFirmware
        : client.IsPxe ? BootClient.Firmware
        : BootClient.OperatingSystem;

    // Firmware with an address and nothing to fetch moves on to its disk, and stays silent.
    private bool SendsToDisk(Machine machine, DhcpClient client, BootClient kind, DhcpMessageType answer) =>
        answer == DhcpMessageType.Ack
        && BootPolicy.Decide(machine, new BootRequest(kind, client.Architecture),
            desk.Knowledge) is BootAnswer.NoSuchFile or BootAnswer.AddressOnly { IsProblem: false };

    // A client that does not boot from the network is not one of the rack's machines unless a document says so: phones and printers ask for
    // addresses too. A packet's claims about a described machine are not recorded: any host can forge them.
    private (Machine? Machine, bool IsPending) Identify(DhcpClient client, BootClient kind)
    {
        if (!MacAddress.TryParse(client.HardwareAddress, out var mac) || !mac.IsUnicast)
            return (null, false);
        var identity = new MachineIdentity { Mac = mac, Uuid = client.Uuid };
        var platform = BootPlatform.Of(client.Architecture);
        var machine = kind == BootClient.OperatingSystem
            ? inventory.Fleet.Find(identity)
            : inventory.Meet(identity, platform?.Firmware, platform?.Architecture, glimpse: true);
        return kind == BootClient.OperatingSystem && machine?.IsPending(mac) is true
            ? (null, false)
            : (machine, machine?.IsPending(mac) is true);
    }

    // Random addresses cost nothing to send: a machine is recorded when it has accepted an offer, here or of the other
    // server.
    private void Keep(DhcpClient client, BootClient kind)
    {
        if (kind == BootClient.OperatingSystem || !MacAddress.TryParse(client.HardwareAddress, out var mac))
            return;
        var identity = new MachineIdentity { Mac = mac, Uuid = client.Uuid };
        if (inventory.Fleet.Find(identity) is { } machine && inventory.IsGlimpsed(machine))
            inventory.Observe(identity);
    }

    private Machine? Known(DhcpClient client) => Known(client, out _);

    private Machine? Known(DhcpClient client, out bool isPending)
    {
        var machine = MacAddress.TryParse(client.HardwareAddress, out var mac)
            ? inventory.Fleet.Find(new MachineIdentity { Mac = mac, Uuid = client.Uuid }) : null;
        isPending = machine?.IsPending(mac) is true;
        return machine is not null && !isPending && !inventory.IsGlimpsed(machine) ? machine : null;
    }

    // If another server assigns the addresses, a client's own requests show which one it has. All clients count: an address that two
    // request proves no identity.
    private void Overhear(DhcpClient client, IPAddress? address)
    {
        if (client.Subnet.Mode == SubnetMode.Proxy && address is not null && client.Subnet.Network.Contains(address)
            && MacAddress.TryParse(client.HardwareAddress, out var card))
            addresses.Overhear(address, Known(client)?.Id, card);
    }

    private string? File(DhcpClient client, BootClient kind, BootAnswer answer) => answer switch
    {
        BootAnswer.Program program => client.IsHttpBoot ? $"{Server(client)}/assets/{program.Asset}" : program.Asset,
        BootAnswer.ScriptUrl => $"{Server(client)}/boot.ipxe",
        BootAnswer.NoSuchFile => kind == BootClient.Firmware ? NoSuchFile : $"{Server(client)}/{NoSuchFile}",
        _ => null,
    };

    // An offer to a machine seen once belongs to the client, because the machine may be forgotten before it accepts.
    private DhcpDecision For(Machine machine, DhcpClient client, string? bootFile) => new()
    {
        Holder = client.MessageType == DhcpMessageType.Discover && inventory.IsGlimpsed(machine) ? null : HolderOf(machine.Id),
        GoesFirst = machine.Accepted,
        ReservedAddress = machine.Spec?.Address,
        HostName = machine.Accepted ? machine.Name : null,
        Boot = bootFile is null ? null : new DhcpBootFile(bootFile),
    };

    private string Server(DhcpClient client) => desk.Settings.Server(client.ServerAddress.ToString());

    private static string Title(DhcpClient client, BootClient kind)
    {
        var platform = BootPlatform.Of(client.Architecture);
        var on = platform is null ? "" : $" ({(platform.Firmware == FirmwareKind.Uefi ? "UEFI" : "BIOS")} {platform.Architecture})";
        return kind switch
        {
            BootClient.Ipxe => "iPXE",
            BootClient.HttpFirmware => $"HTTP boot firmware{on}",
            BootClient.Firmware => $"PXE firmware{on}",
            _ => "an operating system",
        };
    }

    private static string Who(DhcpClient client, BootClient kind) => kind switch
    {
        BootClient.Ipxe => "iPXE",
        BootClient.HttpFirmware => $"UEFI HTTP boot firmware ({BootPlatform.Name(client.Architecture)})",
        BootClient.Firmware => $"PXE firmware ({BootPlatform.Name(client.Architecture)})",
        _ => "the operating system",
    };
}
