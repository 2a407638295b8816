using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>The meaning of each kind of fact, and its remedies.</summary>
internal static class FaultTable
{
    private const string Reload = "then: systemctl reload rackbootd";
    private const string File = "/etc/rackboot/rackboot.yaml";

    private static readonly Dictionary<FactKind, Fault> Faults = new()
    {
        [FactKind.OtherServer] = new("other-dhcp-server", Confidence.Certain, (s, about) => [
            $"disable DHCP on {about}, or remove it from this network",
            $"or let it assign the addresses: mode: proxy for {s.Subnet?.Network.ToString() ?? "the subnet"} in {File}, {Reload}"]),
        [FactKind.ArrivesTwice] = new("network-loop", Confidence.Likely, (s, about) => [
            $"look for two cables between the same switches of {about}, and switch spanning tree and loop protection on",
            $"or for a port that copies traffic to {about} (SPAN, port mirroring)", s.Console], IsSymptom: true),
        [FactKind.AddressRefused] = new("address-refused", Confidence.Likely, (s, _) => [
            "nothing, if it happens once: the machine asks again", $"if it repeats, see who has the address: rackboot lease list",
                s.Console], IsSymptom: true),
        [FactKind.OtherAddress] = new("reserved-address-elsewhere", Confidence.Certain, (s, about) => [
            $"give {s.Name} an address in the subnet it is cabled to, or cable it to the subnet of {about}: address in its "
                + "document, then: rackboot apply -f FILE"]),
        [FactKind.AddressTaken] = new("reserved-address-in-use", Confidence.Certain, (s, about) => [
            $"remove {about} from the host that uses it, or let that host get its address by DHCP",
            $"or give {s.Name} another address in its document, then: rackboot apply -f FILE", $"then restart it: {s.Restart}"]),
        [FactKind.AddressDeclined] = new("address-declined", Confidence.Certain, (_, about) => [
            $"find the host that uses {about} without a lease (arping -I INTERFACE {about}), and change its address",
            $"keep static addresses out of the range: range in {File}, {Reload}",
                "list withheld addresses: rackboot lease list"]),
        [FactKind.PoolExhausted] = new("addresses-exhausted", Confidence.Certain, (s, about) => [
            $"enlarge the range of {about ?? "the subnet"}: range in {File}, {Reload}",
                "see who holds the addresses: rackboot lease list",
            "shorten the lease time, so that addresses become free sooner: lease in the same subnet"]),
        [FactKind.NoRange] = new("no-range", Confidence.Certain, (s, about) => [
            $"give {about ?? "the subnet"} a range in {File}, {Reload}",
                $"or reserve an address for {s.Name}: address in its document, then: rackboot apply -f FILE"]),
        [FactKind.NotServed] = new("network-not-served", Confidence.Certain, (_, about) => [
            about is null ? $"add the subnet of that interface to {File}, {Reload}"
                : $"add the subnet of {about} to subnets in {File}, {Reload}",
            "or check the VLAN of its switch port, if it belongs in another network"]),
        [FactKind.Ignored] = new("ignored", Confidence.Certain, (_, _) => [
            "describe it: rackboot apply -f FILE with kind: Machine and this card under macs",
            $"or record unknown machines and let them wait: machines.unknown: discover in {File}, {Reload}"]),
        [FactKind.Stranger] = new("not-described", Confidence.Certain, (_, _) => [
            "describe it: rackboot apply -f FILE with kind: Machine and this card under macs",
                "see what is known of it: rackboot get machines"]),
        [FactKind.UndescribedCard] = new("card-not-described", Confidence.Certain, (s, about) => [
            s.Machine is null ? $"if the card belongs to {about}: rackboot accept {about} --card {s.Name}"
                : $"if the card belongs to it: rackboot accept {s.Name} --card {Card(s)}",
            $"or add it to macs of {about ?? s.Name}, then: rackboot apply -f FILE",
                "if two boards share a UUID: give each document macs and no uuid"]),
        [FactKind.NoProgram] = new("no-boot-program", Confidence.Certain,
            (_, _) => ["list the boot programs: rackboot get assets",
            "check whether its firmware is set to UEFI or BIOS as intended"]),
        [FactKind.Blocked] = new("blocked", Confidence.Certain, (_, _) => []),
        [FactKind.ScriptRefused] = new("script-refused", Confidence.Certain, (s, _) => [
            $"restart {s.Name}, so that it asks for its address and its script in one boot: {s.Restart}",
                "see who has which address: rackboot lease list"]),
        [FactKind.FileMissing] = new("file-missing", Confidence.Likely, (s, about) => [
            about is not null && about.Split('/') is [.., "talos", var version, var architecture, _]
                ? $"import it: rackboot asset import --version {version} --arch {architecture} --kernel kernel-{architecture} "
                    + $"--initramfs initramfs-{architecture}.xz"
                : "let the machine boot from this appliance: remove a fixed boot file name or next-server from its "
                    + "firmware, and from other DHCP servers",
            "list stored assets: rackboot get assets"]),
        [FactKind.FileDamaged] = new("file-damaged", Confidence.Certain,
            (_, _) => ["check the files: rackboot asset verify", "import it again: rackboot asset import --help"]),
        [FactKind.FileBroke] = new("transfer-broke-off", Confidence.Likely, (s, _) => [
            "check the cable, the switch port (duplex, errors) and the path to the machine", s.Console, $"restart it: {s.Restart}"]),
        [FactKind.TransferUnheard] = new("tftp-answers-lost", Confidence.Likely, (_, _) => [
            "open UDP from this appliance to the machine: TFTP answers from a port other than 69, which a firewall or NAT in between "
                + "does not track",
            $"or keep transfers on port 69: boot.tftpSinglePort: true in {File}, then: systemctl restart rackbootd"]),
        [FactKind.BlocksLost] = new("path-mtu", Confidence.Likely, (_, _) => [
            "check the MTU of every link between the appliance and the machine: a tunnel or VLAN with an MTU below 1,500 bytes drops "
                + "these blocks",
            "set the same MTU on both sides, and let routers report packets that are too large (ICMP type 3 code 4)"]),
        [FactKind.CommandLineCut] = new("command-line-cut", Confidence.Certain, (_, about) => [
            $"shorten kernelArguments of profile {about}, and apply it: rackboot apply -f FILE",
                "move settings into the machine configuration"]),
        [FactKind.ConfigUnknownToken] = new("configuration-token", Confidence.Certain,
            (s, _) => [$"restart it; each boot has its own token: {s.Restart}"]),
        [FactKind.ConfigWrongAddress] = new("configuration-wrong-address", Confidence.Certain, (s, about) => [
            $"only the address that {s.Name} leases gets the configuration: let its system keep its lease (no static address, no "
                + "other DHCP server, the same card)",
            $"see who has which address: rackboot lease list", $"then restart it: {s.Restart}"]),
        [FactKind.ConfigWrongCard] = new("configuration-wrong-card", Confidence.Certain, (s, about) => [
            $"add the card to macs of {s.Name}, and apply it: rackboot apply -f FILE",
            $"or accept it: rackboot accept {s.Name} --card {(Machines.MacAddress.TryParse(about, out _) ? about : Card(s))}",
                $"then restart it: {s.Restart}"]),
        [FactKind.ConfigWrongUuid] = new("configuration-wrong-uuid", Confidence.Certain, (s, _) => [
            $"correct uuid of {s.Name}, or remove it, and apply it: rackboot apply -f FILE", "check whether boards were swapped",
                $"then restart it: {s.Restart}"]),
        [FactKind.ConfigAfterGrace] = new("configuration-after-grace", Confidence.Certain, (s, _) => [
            $"provision it again: rackboot provision {s.Name}, then: {s.Restart}",
            "find out why its system asks again, in its log or on its console"]),
        [FactKind.ConfigNotReleased] = new("configuration-not-released", Confidence.Certain,
            (s, _) => [$"provision it: rackboot provision {s.Name}", $"then restart it: {s.Restart}"]),
        [FactKind.ConfigUnreadable] = new("configuration-unreadable", Confidence.Certain, (s, _) => [
            $"apply its machineConfig again: rackboot apply -f FILE", $"then provision it: rackboot provision {s.Name}"]),
        [FactKind.ConfigRefusedBySystem] = new("configuration-refused-by-talos", Confidence.Certain, (s, _) => [
            "correct its machineConfig, and apply it: rackboot apply -f FILE",
                "validate the file first: rackboot config validate -f FILE", $"provision it again: rackboot provision {s.Name}"]),
        [FactKind.SystemFailed] = new("system-failed", Confidence.Likely, (s, _) => [s.Console]),
        [FactKind.DaemonRestarted] = new("daemon-restarted", Confidence.Possible, (s, _) => [
            "wait: firmware and iPXE ask again by themselves", $"if it does not recover within minutes, restart it: {s.Restart}"],
                IsSymptom: true),
    };

    private static string Card(Situation s) => s.Pending is [var card, ..] ? card.Mac.ToString() : "MAC";

    public static IEnumerable<FactKind> Kinds => Faults.Keys;

    public static Fault? Of(FactKind kind) => Faults.GetValueOrDefault(kind);
}
