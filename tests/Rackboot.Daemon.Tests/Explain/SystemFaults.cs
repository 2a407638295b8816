using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What the machine's own system says.</summary>
internal static class SystemFaults
{
    private const string Section = "The machine's own words";

    public static IEnumerable<Fault> All =>
    [
        Saying("The system cannot parse its configuration", "talos-config-unreadable",
            "cannot read its machine configuration: it is not YAML, or not a configuration of this Talos version", "config validate",
            "[talos] machine configuration: failed to load config via platform metal: unknown keys found during decoding: machine.instal"),
        Saying("The configuration is not YAML", "talos-config-unreadable",
            "cannot read its machine configuration: it is not YAML, or not a configuration of this Talos version", "machineConfig",
            "[talos] failed to parse config: yaml: line 3: did not find expected key"),
        Saying("The system refuses its configuration", "talos-config-invalid", "rejects its machine configuration as invalid",
            "rackboot config validate",
            "[talos] controller failed {\"error\": \"failed to validate config acquired via platform metal: 1 error occurred: install "
                + "instructions are required\"}"),
        Saying("A certificate is not yet valid", "talos-certificate-time",
            "rejects a certificate because of the time: its clock, or the clock of the host that made the certificate, is wrong",
            "timedatectl",
            "[talos] error: x509: certificate has expired or is not yet valid: current time 2015-01-01T00:00:10Z is before "
                + "2026-11-21T10:00:00Z"),
        Saying("A certificate of another cluster", "talos-certificate-authority",
            "does not trust a certificate: its configuration is of another cluster, or a registry uses a private "
            + "CA", "cluster.ca", "[talos] failed to dial: tls: failed to verify certificate: x509: certificate signed by "
            + "unknown authority"),
        Saying("No disk to install to", "talos-install-disk", "finds no disk to install to", "diskSelector",
            "[talos] task install (1/1): failed: no disks matched the expression: disk.size >= 1000u * GB"),
        Saying("The installer fails", "talos-install-failed", "failed to install Talos on its disk", "SMART",
            "[talos] install failed: failed to perform disk operations: device is busy"),
        Saying("The installer image cannot be fetched", "talos-image-pull", "cannot fetch a container image", "rackboot mirror list",
            "[talos] error pulling image: failed to pull image \"factory.talos.dev/metal-installer/3765:v1.14.0\": failed to resolve "
                + "reference"),
        Saying("Talos is already on the disk", "talos-installed-already",
            "already has Talos on its disk and halts, because of its kernel argument talos.halt_if_installed", "boot.from: disk",
            "[talos] Talos is already installed to disk but booted from another media and talos.halt_if_installed kernel parameter is "
                + "set. Please reboot from the disk."),
        Saying("A kernel panic", "talos-kernel-panic", "has a kernel panic", "rackboot asset verify",
            "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)"),
        Saying("Too little memory", "talos-out-of-memory", "has too little memory", "2 GiB",
            "Out of memory: Killed process 812 (containerd)"),
        Saying("The machine gives up and reboots", "talos-gave-up", "gave up and reboots", "rackboot console node-01",
            "[talos] rebooting in 10 seconds"),
        Saying("The machine gives up and reboots, and logged why", "talos-install-disk", "finds no disk to install to", "diskSelector",
            "[talos] lstat /dev/sdz: no such file or directory", "[talos] phase install (1/1): failed", "[talos] rebooting in 10 seconds"),
        Saying("etcd waits for its bootstrap", "talos-etcd-not-bootstrapped", "waits for its cluster: etcd has not been bootstrapped",
            "talosctl bootstrap",
            "[talos] etcd is waiting to join the cluster, if this node is the first node in the cluster, please run `talosctl "
                + "bootstrap` against one of the following IPs:"),
        Saying("No time server answers", "talos-time", "gets no answer from a time server, and Talos waits for the time", "ntp",
            "[talos] time query error with server \"time.cloudflare.com\""),
        Saying("A disk error", "talos-disk-error", "cannot read or write its disk", "Replace the disk",
            "blk_update_request: I/O error, dev sda, sector 2048"),
        new(Section, "The configuration is rejected before the first report", "talos-config-not-fetched",
            "node-01 cannot fetch its machine configuration. Its log said 5 s ago: [talos] failed to download config from "
            + "\"http://10.20.0.1/config/x\": failed to download config, status code 403, body \"refused\".", async rack =>
        {
            await ConfigurationFaults.ConfiguredAsync(rack);
            var address = await rack.ToSystemAsync(A);
            rack.Say(address, "[talos] failed to download config from \"http://10.20.0.1/config/x\": failed to download config, status "
                + "code 403, body \"refused\"");
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "rackboot provision node-01" },
        new(Section, "A machine that restarts after it was installed", "restarting",
            "node-01 reported, and restarted itself 5 s ago: reboot: Restarting system.", async rack =>
        {
            var address = await ConfigurationFaults.DeliveredAsync(rack);
            rack.Say(address, "[talos] install successful");
            rack.Say(address, "reboot: Restarting system");
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "just installed" },
        new(Section, "An unknown message, and silence after it", "system-complains",
            "node-01 had its address in its own system 60 s ago, longer than usual, and makes no progress. Its log said 60 s ago: [talos] "
            + "frobnicator: unable to start: flux is unstable.", async rack =>
        {
            await ConfigurationFaults.ConfiguredAsync(rack);
            var address = await rack.ToSystemAsync(A);
            rack.Say(address, "[talos] frobnicator: unable to start: flux is unstable");
            rack.Clock.Pass(60);
            return Node;
        }) { Remedy = "rackboot boot show" },
        new(Section, "All is well", "reported", "node-01 booted default and reported 30 s ago.", async rack =>
        {
            var address = await ConfigurationFaults.DeliveredAsync(rack);
            rack.Say(address, "[talos] machine is running and ready");
            rack.Clock.Pass(30);
            return Node;
        }),
    ];

    private static Fault Saying(string title, string cause, string means, string remedy, params string[] lines) =>
        new(Section, title, cause,
        $"{Node} {means}. Its log said 4 s ago: {lines[0]}{(lines[0].EndsWith('.') ? "" : ".")}", async rack =>
    {
        var address = await ConfigurationFaults.DeliveredAsync(rack);
        rack.Say(address, "[talos] initialize sequence: started", "info");
        rack.Clock.Pass(3);
        foreach (var line in lines)
            rack.Say(address, line);
        rack.Clock.Pass(4);
        return Node;
    }) { Remedy = remedy };
}
