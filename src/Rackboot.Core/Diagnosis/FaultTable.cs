using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>What each kind of fact means, and what to do about it.</summary>
internal static class FaultTable
{
    private const string Reload = "then: systemctl reload rackbootd";
    private const string File = "/etc/rackboot/rackboot.yaml";

    private static readonly Dictionary<FactKind, Fault> Faults = new()
    {
        [FactKind.OtherServer] = new("other-dhcp-server", Confidence.Certain, (s, about) => [
            $"switch off DHCP on {about}, or take it out of this network",
            $"or let it give the addresses: mode: proxy for {s.Subnet?.Network.ToString() ?? "the subnet"} in {File}, {Reload}"]),
        [FactKind.AddressRefused] = new("address-refused", Confidence.Likely, (s, _) => [
            "nothing, if it comes once: the machine asks anew", $"if it goes on, see who has the address: rackboot lease list",
                s.Console], IsSymptom: true),
        [FactKind.OtherAddress] = new("reserved-address-elsewhere", Confidence.Certain, (s, about) => [
            $"give {s.Name} an address of the subnet that it is cabled to, or cable it to the one that {about} is in: address in its "
                + "document, then: rackboot apply -f FILE"]),
        [FactKind.AddressTaken] = new("reserved-address-in-use", Confidence.Certain, (s, about) => [
            $"take {about} away from the host that uses it, or let that host have it by DHCP",
            $"or give {s.Name} another address in its document, then: rackboot apply -f FILE", $"then start it anew: {s.Restart}"]),
        [FactKind.AddressDeclined] = new("address-declined", Confidence.Certain, (_, about) => [
            $"find the host that uses {about} without a lease (arping -I INTERFACE {about}), and give it another address",
            $"keep addresses that are given by hand out of the range: range in {File}, {Reload}",
                "see what is withheld: rackboot lease list"]),
        [FactKind.PoolExhausted] = new("addresses-exhausted", Confidence.Certain, (s, about) => [
            $"make the range of {about ?? "the subnet"} larger: range in {File}, {Reload}",
                "see who holds the addresses: rackboot lease list",
            "shorten the lease, so that addresses come free sooner: lease in the same place"]),
        [FactKind.NoRange] = new("no-range", Confidence.Certain, (s, about) => [
            $"give {about ?? "the subnet"} a range in {File}, {Reload}",
                $"or reserve an address for {s.Name}: address in its document, then: rackboot apply -f FILE"]),
        [FactKind.NotServed] = new("network-not-served", Confidence.Certain, (_, about) => [
            about is null ? $"add the subnet of that interface to {File}, {Reload}"
                : $"add the subnet that {about} is in to subnets in {File}, {Reload}",
            "or check the VLAN of its switch port, if it should be in another network"]),
        [FactKind.Ignored] = new("ignored", Confidence.Certain, (_, _) => [
            "describe it: rackboot apply -f FILE with kind: Machine and this card under macs",
            $"or let unknown machines wait for you: machines.unknown: discover in {File}, {Reload}"]),
        [FactKind.Stranger] = new("not-described", Confidence.Certain, (_, _) => [
            "describe it: rackboot apply -f FILE with kind: Machine and this card under macs",
                "see what is known of it: rackboot get machines"]),
        [FactKind.UndescribedCard] = new("card-not-described", Confidence.Certain, (s, about) => [
            s.Machine is null ? $"if it is a card of {about}: rackboot accept {about} --card {s.Name}"
                : $"if it is its own: rackboot accept {s.Name} --card {Card(s)}",
            $"or add it to macs of {about ?? s.Name}, then: rackboot apply -f FILE",
                "two boards with one UUID: give each its macs and no uuid"]),
        [FactKind.NoProgram] = new("no-boot-program", Confidence.Certain,
            (_, _) => ["see which boot programs are here: rackboot get assets",
            "check whether its firmware is set to UEFI or to BIOS, as it should be"]),
        [FactKind.Blocked] = new("blocked", Confidence.Certain, (_, _) => []),
        [FactKind.ScriptRefused] = new("script-refused", Confidence.Certain, (s, _) => [
            $"start {s.Name} anew, so that it asks for its address and its script in one boot: {s.Restart}",
                "see who has which address: rackboot lease list"]),
        [FactKind.FileMissing] = new("file-missing", Confidence.Likely, (s, about) => [
            about is not null && about.Split('/') is [.., "talos", var version, var architecture, _]
                ? $"import it: rackboot asset import --version {version} --arch {architecture} --kernel kernel-{architecture} "
                    + $"--initramfs initramfs-{architecture}.xz"
                : "let the machine take its boot file from this appliance: remove a fixed boot file name or next-server from its "
                    + "firmware, and from other DHCP servers",
            "see what is here: rackboot get assets"]),
        [FactKind.FileDamaged] = new("file-damaged", Confidence.Certain,
            (_, _) => ["check the files: rackboot asset verify", "import it again: rackboot asset import --help"]),
        [FactKind.FileBroke] = new("transfer-broke-off", Confidence.Likely, (s, _) => [
            "check the cable, the switch port (duplex, errors) and the path to the machine", s.Console, $"start it anew: {s.Restart}"]),
        [FactKind.TransferUnheard] = new("tftp-answers-lost", Confidence.Likely, (_, _) => [
            "open UDP from this appliance to the machine: TFTP answers from another port than 69, which a firewall or NAT between them "
                + "does not follow",
            $"or keep transfers on port 69: boot.tftpSinglePort: true in {File}, then: systemctl restart rackbootd"]),
        [FactKind.BlocksLost] = new("path-mtu", Confidence.Likely, (_, _) => [
            "check the MTU of every link between the appliance and the machine: a tunnel or VLAN that takes less than 1,500 bytes loses "
                + "these blocks",
            "set the same MTU on both sides, and let a router say when a packet is too large (ICMP type 3 code 4)"]),
        [FactKind.CommandLineCut] = new("command-line-cut", Confidence.Certain, (_, about) => [
            $"shorten kernelArguments of profile {about}, and apply it: rackboot apply -f FILE",
                "move settings into the machine configuration"]),
        [FactKind.ConfigUnknownToken] = new("configuration-token", Confidence.Certain,
            (s, _) => [$"start it anew; each boot has a token of its own: {s.Restart}"]),
        [FactKind.ConfigWrongAddress] = new("configuration-wrong-address", Confidence.Certain, (s, about) => [
            $"the configuration goes only to the address that {s.Name} holds: let its system keep its lease (no static address, no "
                + "other DHCP server, the same card)",
            $"see who has which address: rackboot lease list", $"then start it anew: {s.Restart}"]),
        [FactKind.ConfigWrongCard] = new("configuration-wrong-card", Confidence.Certain, (s, about) => [
            $"add the card to macs of {s.Name}, and apply it: rackboot apply -f FILE",
            $"or accept it: rackboot accept {s.Name} --card {(Machines.MacAddress.TryParse(about, out _) ? about : Card(s))}",
                $"then start it anew: {s.Restart}"]),
        [FactKind.ConfigWrongUuid] = new("configuration-wrong-uuid", Confidence.Certain, (s, _) => [
            $"correct uuid of {s.Name}, or remove it, and apply it: rackboot apply -f FILE", "check whether boards were swapped",
                $"then start it anew: {s.Restart}"]),
        [FactKind.ConfigAfterGrace] = new("configuration-after-grace", Confidence.Certain, (s, _) => [
            $"let it be provisioned again: rackboot provision {s.Name}, then: {s.Restart}",
            "find out why its system asks again: its log says it, or its console"]),
        [FactKind.ConfigNotReleased] = new("configuration-not-released", Confidence.Certain,
            (s, _) => [$"let it be provisioned: rackboot provision {s.Name}", $"then start it anew: {s.Restart}"]),
        [FactKind.ConfigUnreadable] = new("configuration-unreadable", Confidence.Certain, (s, _) => [
            $"apply its machineConfig again: rackboot apply -f FILE", $"then let it be provisioned: rackboot provision {s.Name}"]),
        [FactKind.ConfigRefusedBySystem] = new("configuration-refused-by-talos", Confidence.Certain, (s, _) => [
            "correct its machineConfig, and apply it: rackboot apply -f FILE",
                "check a file beforehand: rackboot config validate -f FILE", $"let it boot again: rackboot provision {s.Name}"]),
        [FactKind.SystemFailed] = new("system-failed", Confidence.Likely, (s, _) => [s.Console]),
        [FactKind.DaemonRestarted] = new("daemon-restarted", Confidence.Possible, (s, _) => [
            "wait: firmware and iPXE ask again by themselves", $"if it does not come back within minutes, start it anew: {s.Restart}"],
                IsSymptom: true),
    };

    private static string Card(Situation s) => s.Pending is [var card, ..] ? card.Mac.ToString() : "MAC";

    public static IEnumerable<FactKind> Kinds => Faults.Keys;

    public static Fault? Of(FactKind kind) => Faults.GetValueOrDefault(kind);
}
