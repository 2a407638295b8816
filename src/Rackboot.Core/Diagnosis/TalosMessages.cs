using System.Buffers;
using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>What Talos and the Linux kernel say when a boot goes wrong. The words are those of siderolabs/talos at ad8823176 and of its
/// tags since 1.9, and
/// of the kernel and the Go library that it is made of; the first row that fits counts.</summary>
public static class TalosMessages
{
    private static readonly string[] Mend = ["Correct its machineConfig and apply it: rackboot apply -f FILE",
        "Validate the file first: rackboot config validate -f FILE",
        "Provision it again: rackboot provision NODE"];

    private static readonly string[] Look = ["Look at its console: rackboot console NODE"];

    public static IReadOnlyList<TalosMessage> All { get; } =
    [
        new("certificate-time", [["x509", "certificate", "tls"], ["not yet valid", "is before", "expired or is not"]],
            "rejects a certificate because of the time: its clock, or the clock of the host that made the certificate, is wrong",
            ["Correct this host's clock if it is wrong: date -u; timedatectl set-ntp true",
                "Compare it with the machine's, which is on its console: rackboot console NODE",
                "Give the subnet a time server: ntp in /etc/rackboot/rackboot.yaml, then: systemctl reload rackbootd"],
            "golang/go src/crypto/x509/verify.go; siderolabs/talos internal/pkg/ntp/ntp.go isCertTimeError") { Ends = true },
        new("certificate-authority", [["x509", "tls"], ["unknown authority", "failed to verify"]],
            "does not trust a certificate: its configuration is of another cluster, or a registry uses a private CA",
            ["Compare the machine.ca and cluster.ca of its machineConfig with the cluster's",
                "Add the private CA to the configuration: kind TrustedRootsConfig"],
            "golang/go src/crypto/x509/verify.go"),
        new("config-not-fetched", [["config"], ["failed to download", "error acquiring via platform", "error fetching",
            "download failed", "status code"]],
            "cannot fetch its machine configuration",
            ["See what was refused: rackboot explain NODE", "Provision it: rackboot provision NODE",
                "Check that TCP reaches the boot HTTP port of this appliance from the machine's subnet"],
            "siderolabs/talos pkg/download/download.go; internal/app/machined/pkg/controllers/config/acquire.go"),
        new("config-unreadable", [["config", "yaml", "document", "unmarshal"],
                ["failed to load config", "error loading config", "failed to parse", "could not parse", "cannot parse",
                    "couldn't parse", "error parsing", "unmarshal", "unknown keys", "missing kind", "missing apiversion",
                    "missing manifest", "did not find expected", "mapping values are not allowed", "could not find expected"]],
            "cannot read its machine configuration: it is not YAML, or not a configuration of this Talos version", Mend,
            "siderolabs/talos internal/app/machined/pkg/controllers/config/acquire.go; "
                + "pkg/machinery/config/configloader/internal/decoder/decoder.go") { Ends = true },
        new("config-invalid", [["config"], ["failed to validate", "validation failed", "error validating", "is invalid",
            "invalid machine config"]],
            "rejects its machine configuration as invalid", Mend,
            "siderolabs/talos internal/app/machined/pkg/controllers/config/acquire.go; "
                + "pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go") { Ends = true },
        new("installed-already", [["already installed to disk but booted from another"]],
            "already has Talos on its disk and halts, because of its kernel argument talos.halt_if_installed",
            ["Boot it from its disk: set boot.from: disk in its document, then rackboot apply -f FILE",
                "To reinstall, wipe it first: talos.experimental.wipe=system in its profile's kernelArguments, once"],
            "siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_sequencer_tasks.go haltIfInstalled") { Ends = true },
        new("install-disk", [["no disks matched the expression", "no disk matched the selector", "failed to match install disk",
            "system disk not found", "lstat /dev/", "stat /dev/", "no such disk", "disk not found", "no disks found", "no disk found"]],
            "finds no disk to install to",
            ["Correct machine.install.disk or diskSelector in its machineConfig: rackboot apply -f FILE",
                "See its disks: talosctl get disks --insecure --nodes ADDRESS",
                "Check the disk controller in its BIOS (RAID mode hides disks), and whether its Talos schematic lacks a driver"],
            "siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_sequencer_tasks.go Install; "
                + "internal/app/machined/pkg/controllers/runtime/unattended_install.go") { Ends = true },
        new("image-pull", [["failed to pull", "error pulling", "failed to resolve reference", "pull access denied", "manifest unknown",
            "errimagepull", "imagepullbackoff"]],
            "cannot fetch a container image",
            ["Check its DNS, its router and the registry; without internet, mirror the image: rackboot mirror list",
                "Check machine.install.image in its machineConfig"],
            "siderolabs/talos internal/pkg/containers/image/pull.go; internal/pkg/install/install.go"),
        new("install-failed", [["install"], ["failed to perform disk operations", "failed to install bootloader",
            "talos install failed", "install failed", "task install (", "failed to run overlay", "installer failed", "exit code"],
            ["fail", "error", "exit code"]],
            "failed to install Talos on its disk",
            ["Look at the lines before it: rackboot console NODE", "Check the disk: its SMART values, and whether it is write-protected"],
            "siderolabs/talos cmd/installer/pkg/install/install.go; "
                + "internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_controller.go") { Ends = true },
        new("kernel-panic", [["kernel panic", "not syncing", "attempted to kill init"]],
            "has a kernel panic", [.. Look, "Check the files: rackboot asset verify",
                "Revert the last change of kernelArguments in its profile"],
            "torvalds/linux kernel/panic.c") { Ends = true },
        new("root-file-system", [["unable to mount root", "failed to mount squashfs", "failed to initialize squashfs",
            "initramfs unpacking failed", "junk in compressed archive", "invalid magic at start of compressed", "squashfs error"]],
            "cannot unpack its initramfs or mount its root file system",
            ["Check the files: rackboot asset verify", "Import kernel and initramfs of the same Talos version",
                "Check its memory size"],
            "torvalds/linux init/do_mounts.c, init/initramfs.c; siderolabs/talos internal/app/init/main.go") { Ends = true },
        new("out-of-memory", [["out of memory", "oom-kill", "oom killer", "cannot allocate memory"]],
            "has too little memory", ["Give it more memory (Talos needs 2 GiB as a control plane, 1 GiB as a worker)",
                "Use a smaller initramfs: fewer system extensions in its schematic"],
            "torvalds/linux mm/oom_kill.c"),
        new("memory-size", [["memory size is less than recommended", "minimum memory size is"]],
            "has less memory than Talos needs", ["Give it more memory (Talos needs 2 GiB as a control plane, 1 GiB as a worker)"],
            "siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_sequencer_tasks.go") { IsSymptom = true },
        new("kernel-argument", [["kspp kernel parameter"]],
            "lacks a kernel argument that Talos requires",
                ["Remove the argument that overrides it from kernelArguments of its profile (Talos needs slab_nomerge and pti=on)"],
            "siderolabs/talos pkg/kernel/kspp/kspp.go") { Ends = true },
        new("disk-full", [["no space left on device", "disk size is less than recommended", "have not enough space", "not enough space"]],
            "has too little room on its disk", ["Choose a larger disk: machine.install.diskSelector in its machineConfig"],
            "siderolabs/talos internal/app/machined/pkg/controllers/block/internal/volumes/locate.go"),
        new("disk-error", [["i/o error", "medium error", "critical target error", "uncorrectable"]],
            "cannot read or write its disk", ["Replace the disk, or its cable", "See its BMC's log: rackboot bmc sel NODE"],
            "torvalds/linux block/blk-core.c"),
        new("volume-disk", [["no disks matched selector for volume", "no disks matched for volume"]],
            "finds no disk for a volume", ["Correct the diskSelector of the volume in its machineConfig: rackboot apply -f FILE"],
            "siderolabs/talos internal/app/machined/pkg/controllers/block/internal/volumes/locate.go"),
        new("unsigned-module", [["loading of unsigned module", "module verification failed", "key was rejected by service",
            "required key not available"]],
            "rejects a kernel module that is not signed with its kernel's key",
                ["Use system extensions of the same Talos version as the kernel: create a schematic with them"],
            "torvalds/linux kernel/module/signing.c"),
        new("network-firmware", [["direct firmware load"], ["failed", "error"]],
            "lacks the firmware of a device", ["Add the system extension with that firmware to its schematic (siderolabs/extensions "
                + "firmware/)"],
            "torvalds/linux drivers/base/firmware_loader/main.c") { IsSymptom = true },
        new("etcd-not-bootstrapped", [["etcd is waiting to join the cluster"]],
            "waits for its cluster: etcd has not been bootstrapped",
            ["Bootstrap one control-plane node, once: talosctl bootstrap --nodes ADDRESS",
                "Or describe the cluster, and the appliance does it: rackboot apply -f FILE with kind: Cluster"],
            "siderolabs/talos internal/app/machined/pkg/system/services/etcd.go"),
        new("dhcp", [["dhcp request/renew failed", "dhcp renew failed"]],
            "gets no address once Talos is running", ["Check that its port is in a served network once Talos is running (a bond or a VLAN "
                + "in its machineConfig, LACP on the switch)"],
            "siderolabs/talos internal/app/machined/pkg/controllers/network/operator/dhcp4.go") { IsSymptom = true },
        new("name-lookup", [["no such host", "server misbehaving", "temporary failure in name resolution", "failed looking up server"],
            ["lookup", "dial", "resolv", "server"]],
            "cannot resolve a name", ["Give its subnet a DNS server that it can reach: dns in /etc/rackboot/rackboot.yaml, then: "
                + "systemctl reload rackbootd"],
            "golang/go src/net/dnsclient_unix.go; siderolabs/talos internal/pkg/ntp/ntp.go") { IsSymptom = true },
        new("time", [["time query error", "time is not in sync", "failed to sync time"]],
            "gets no answer from a time server, and Talos waits for the time",
                ["Give the subnet a time server: ntp in /etc/rackboot/rackboot.yaml, then: systemctl reload rackbootd",
                "Check that UDP port 123 of that server is open to the machine"],
            "siderolabs/talos internal/pkg/ntp/ntp.go; internal/app/machined/pkg/controllers/time/sync.go") { IsSymptom = true },
        new("link-down", [["link is down", "lost carrier", "no carrier"]],
            "lost its network link", ["Check its cable, its switch port, and the LACP or VLAN settings in its machineConfig"],
            "torvalds/linux drivers/net") { IsSymptom = true },
        new("gave-up", [["failed, rebooting in", "rebooting in ", "sequence failed", "controller runtime goroutine error"]],
            "gave up and reboots", [.. Look, "Read the lines before it: rackboot boot show BOOT"],
            "siderolabs/talos internal/app/machined/main.go handle; "
                + "internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_sequencer_tasks.go pauseOnFailure") { Ends = true },
        new("service-failed", [["service["], ["](failed)"]],
            "has a failing service", [.. Look], "siderolabs/talos internal/app/machined/pkg/system/service_runner.go"),
        new("task-failed", [["task ", "phase "], [": failed"]],
            "failed a boot step", [.. Look, "Read the lines before it: rackboot boot show BOOT"],
            "siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_controller.go"),
        new("restarts", [["reboot: restarting system", "reboot sequence", "sequence reboot", "reboot via api received",
            "kexec_core: starting new kernel", "restarting system", "reboot: machine restart"]],
            "restarts itself", ["Nothing, if it was just installed: it reboots from its disk", .. Look],
            "siderolabs/talos internal/app/machined/internal/server/v1alpha1/v1alpha1_server.go; torvalds/linux "
                + "kernel/reboot.c") { Kind = FactKind.Restarts },
    ];

    private static readonly Dictionary<string, TalosMessage> ByName = All.ToDictionary(m => m.Name);

    // Of each row the group whose words are longest: a line without any of these fits no row, and most lines are such.
    private static readonly WordSearch Telling = new(
        [.. All.SelectMany(m => m.Words.MaxBy(group => group.Min(word => word.Length))!).Distinct(StringComparer.OrdinalIgnoreCase)]);

    private static readonly SearchValues<string> Complaints = SearchValues.Create(
        ["failed", "failure", "error", "cannot", "could not", "unable to", "refused", "denied", "timed out", "timeout", "fatal",
        "panic", "not found", "invalid"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>False for a line that fits no row; told quickly.</summary>
    public static bool MayMean(ReadOnlySpan<char> line) => Telling.IsIn(line);

    /// <summary>The row that <paramref name="line"/> fits, or null.</summary>
    public static TalosMessage? Find(string line)
    {
        if (!MayMean(line))
            return null;
        foreach (var message in All)
            if (Array.TrueForAll(message.Words, group =>
                Array.Exists(group, word => line.Contains(word, StringComparison.OrdinalIgnoreCase))))
                return message;
        return null;
    }

    public static TalosMessage Named(string name) => ByName[name];

    /// <summary>What <paramref name="line"/> means, or null if it is not known.</summary>
    public static Fact? FactOf(string line) => Find(line) is { } message ? new Fact(message.Kind, message.Name) : null;

    /// <summary>Whether a line that fits no row sounds as if something was wrong.</summary>
    public static bool SoundsWrong(string line) =>
        line.AsSpan().IndexOfAny(Complaints) >= 0 && !line.Contains("no error", StringComparison.OrdinalIgnoreCase);
}
