using Rackboot.Core.Boot;
using Rackboot.Dhcp;

namespace Rackboot.Core.Diagnosis;

/// <summary>The most likely causes, by stage, of a boot without progress for longer than usual.</summary>
internal static class SilenceRules
{
    public static Verdict? Suspicion(Situation s)
    {
        if (!s.IsUnderWay || !s.IsSuspicious || s.Boot is not { } boot)
            return null;
        if (s.ConfigurationMistake is { } mistake && boot.Stage >= BootStage.Configured)
            return Verdict.Likely(FaultRules.ConfigurationCause, $"{s.Name} has a machine configuration that Talos cannot read: {mistake}",
                "correct its machineConfig, and apply it: rackboot apply -f FILE", $"provision it again: rackboot provision {s.Name}");
        var verdict = boot.Stage switch
        {
            BootStage.Firmware => Firmware(s, boot),
            BootStage.Program => Program(s, boot),
            BootStage.Ipxe => Ipxe(s, boot),
            BootStage.Script => Script(s),
            BootStage.Kernel => Kernel(s, boot),
            BootStage.System => System(s, boot),
            _ => Configured(s),
        };
        var evidence = s.Usual.Boots > 0
            ? $"this stage takes at most {Words.Time(s.Usual.Limit)} here, according to {s.Usual.Boots} boots"
            : $"this stage seldom takes longer than {Words.Time(s.Usual.Limit)}";
        var trouble = s.UnknownTrouble is { } unknown
            ? new[] { $"the last suspicious message: {unknown.Text} ({Words.Time(s.Ago(unknown))} ago)" } : [];
        return verdict with { Evidence = [.. verdict.Evidence, evidence, .. trouble] };
    }

    // "has stopped" once it will hardly continue on its own.
    private static string After(Situation s, string what) => s.Boot!.Outcome == BootOutcome.Stalled
        ? $"{s.Name} has stopped. It {what} {Words.Time(s.Quiet)} ago"
        : $"{s.Name} {what} {Words.Time(s.Quiet)} ago, longer than usual,";

    private static Verdict Firmware(Situation s, BootRecord boot)
    {
        var asked = boot.Asks > 1 ? $"{s.Name} has asked for its address {Words.Times(boot.Asks)} in {Words.Time(s.Quiet)}"
            : $"{s.Name} asked for its address {Words.Time(s.Quiet)} ago";
        var took = s.Last(FactKind.TookAddress) is { } ack && s.SinceProgress.Contains(ack);
        var other = s.Last(FactKind.OtherServerGives);
        if (s.Subnet?.Mode == SubnetMode.Proxy && other is null && !took)
            return Verdict.Likely("no-dhcp-server", $"{asked} and no DHCP server assigned one: {s.Subnet.Network} is in mode proxy, "
                + "where another server assigns the addresses", [
                "start the DHCP server of that network, or check that it reaches the machine's VLAN",
                $"or let this appliance assign the addresses: mode: dhcp and a range for {s.Subnet.Network} in "
                    + "/etc/rackboot/rackboot.yaml, then: systemctl reload rackbootd"]);
        var isHttp = boot.Firmware == "uefi-http";
        if (took || other is not null)
        {
            var head = s.Last(FactKind.SizeAsked) is { } probe && s.SinceProgress.Contains(probe)
                ? $" (it only asked for the size of {probe.About})" : "";
            return isHttp
                ? Verdict.Likely("http-unreachable", $"{asked}, got one, and never fetched its boot file{head}: most likely TCP port "
                    + $"{s.HttpPort} does not reach this appliance", [
                    $"open TCP port {s.HttpPort} from the machine's network to this appliance (firewall, ACL, VLAN)", s.Console])
                : Verdict.Likely("tftp-unreachable", $"{asked}, got one, and never fetched its boot file{head}: most likely UDP port 69 "
                    + "does not reach this appliance", [
                    "open UDP port 69 from the machine's network to this appliance (firewall, ACL, VLAN)",
                    "look for a second DHCP server or a ProxyDHCP server (WDS, FOG) that answered it with another boot server", s.Console]);
        }

        var relay = s.Last(FactKind.Offered, FactKind.OfferedBootData)?.About is { } about
            && about.StartsWith("relay ", StringComparison.Ordinal) ? about["relay ".Length..] : null;
        return Verdict.Likely("offer-not-taken", $"{asked} and accepted no offer, so it never fetched its boot file: most "
            + "likely the answers do not reach the machine", [
            relay is not null ? $"check that UDP port 67 is open from this appliance to the relay {relay}, and on to the machine"
                : "check its cable, its VLAN and spanning tree (portfast) on its switch port: it receives no answer",
            "look for another DHCP server whose offer it prefers, unseen by this appliance", s.Console]);
    }

    private static Verdict Program(Situation s, BootRecord boot)
    {
        var (name, file) = boot.Files.LastOrDefault();
        if (file is { IsWhole: false })
            return Stopped(s, name, file);
        return Verdict.Likely("program-not-started",
            $"{After(s, $"had fetched {name ?? "its boot program"}")} and iPXE did not ask for an address: most likely it was not "
                + "started", [
                "disable Secure Boot in its firmware: it refuses unsigned iPXE", s.Console,
                "try another iPXE for its network card: rackboot asset import --ipxe amd64 FILE"]);
    }

    private static Verdict Ipxe(Situation s, BootRecord boot)
    {
        if (boot.Asks > 1 && s.Last(FactKind.TookAddress) is not { Stage: BootStage.Ipxe })
            return Verdict.Likely("offer-not-taken",
                $"{After(s, "asked for an address as iPXE")} {Words.Times(boot.Asks)} and accepted none: most likely the answers do "
                    + "not reach iPXE", [
                    "check spanning tree on its switch port (portfast): the link goes down and up when iPXE starts",
                    "try the firmware's own network driver: import snponly.efi with rackboot asset import --ipxe amd64 FILE", s.Console]);
        return Verdict.Likely("http-unreachable",
            $"{After(s, "had its address as iPXE")} and did not fetch its script: most likely TCP port {s.HttpPort} does not reach this "
                + "appliance", OpenHttp(s), s.Console);
    }

    private static Verdict Script(Situation s) =>
        Verdict.Likely("kernel-not-fetched", $"{After(s, "got its script")} and did not fetch the kernel", s.Console,
            "iPXE shows the reason there; the most common is an unreachable address of the boot plane", $"restart it: {s.Restart}");

    private static Verdict Kernel(Situation s, BootRecord boot)
    {
        var files = boot.Files.Where(f => !IsProgram(f.Key)).ToList();
        if (files.Find(f => !f.Value.IsWhole) is { Value: { } partial } one)
            return Stopped(s, one.Key, partial);
        if (!files.Exists(f => f.Key.Contains("initramfs", StringComparison.Ordinal)))
            return Verdict.Likely("initramfs-not-fetched",
                $"{After(s, $"had {string.Join(" and ", files.Select(f => f.Key).DefaultIfEmpty("its kernel"))}")} and did not fetch "
                    + "the initramfs",
                s.Console, "check its memory: iPXE keeps both files in RAM", $"restart it: {s.Restart}");
        return Verdict.Likely("system-not-started",
            $"{After(s, "had kernel and initramfs")} and no operating system asked for an address: most likely the kernel does not start, "
            + "or has no driver for its network card", [
                s.Console, "if it shows nothing, add a console to kernelArguments of its profile: console=ttyS0,115200",
                "check its memory (Talos needs 2 GiB), and add the driver of its card to its schematic as a system extension"]);
    }

    // By TFTP it has a directory, ipxe/bios/undionly.kpxe; by HTTP boot none, snponly.efi.
    private static bool IsProgram(string file) => file.Contains("ipxe", StringComparison.Ordinal)
        || file.EndsWith(".efi", StringComparison.Ordinal) || file.EndsWith("pxe", StringComparison.Ordinal);

    private static Verdict System(Situation s, BootRecord boot)
    {
        if (Complains(s, "had its address in its own system") is { } complaint)
            return complaint;
        var asks = boot.Asks > 1 ? $" (and has asked for it {Words.Times(boot.Asks)} since)" : "";
        if (s.Machine is { HasConfiguration: false })
            return Verdict.Likely("no-report",
                $"{After(s, "had its address in its own system")} and its log did not come{asks}: most likely TCP port "
                    + $"{s.LogPort ?? 4514} does not reach this appliance",
                $"open TCP port {s.LogPort ?? 4514} from the machine's network to this appliance",
                    "it has no machineConfig, so it waits in maintenance mode for one", s.Console);
        return Verdict.Likely("configuration-not-fetched",
            $"{After(s, "had its address in its own system")} and did not fetch its machine configuration{asks}: most likely TCP port "
                + $"{s.HttpPort} does not reach this appliance",
            OpenHttp(s), "check that no second card of the machine has the default route", s.Console);
    }

    private static Verdict Configured(Situation s) => Complains(s, "had its machine configuration")
        ?? Verdict.Likely("no-report",
            $"{After(s, "had its machine configuration")} and did not report: most likely it installs, or TCP port {s.LogPort ?? 4514} "
                + "does not reach this appliance",
            s.Console, $"open TCP port {s.LogPort ?? 4514} from the machine's network to this appliance",
                $"read its log: talosctl dmesg --nodes {s.Address ?? "ADDRESS"}");

    // An unknown message is better than a guess.
    private static Verdict? Complains(Situation s, string since) => s.UnknownTrouble is { Source: "talos" } trouble
        ? Verdict.Possible("system-complains", $"{After(s, since)} and makes no progress. Its log said {Words.Time(s.Ago(trouble))} ago: "
            + $"{trouble.Text}", s.Console,
            $"read its whole log: rackboot boot show {s.Boot!.Id}")
        : null;

    private static Verdict Stopped(Situation s, string name, BootFile file) => Verdict.Likely("transfer-stopped",
        $"{After(s, $"got the last bytes of {name}")} and no more since: {Words.Bytes(file.Acknowledged)} of {Words.Bytes(file.Bytes)} "
            + "bytes arrived",
        "check the cable, the switch port (errors, duplex) and the path to the machine", s.Console, $"restart it: {s.Restart}");

    private static string OpenHttp(Situation s) =>
        $"open TCP port {s.HttpPort} from the machine's network to this appliance (firewall, ACL, VLAN)";
}
