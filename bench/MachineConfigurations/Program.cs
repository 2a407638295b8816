using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Secrets;

namespace Rackboot.Bench;

/// <summary>
/// Composes, validates and writes the configurations of N machines (first argument, 1,000) of one cluster on one thread: the first 3 are of
/// the control plane. Every machine has a name, disk, fixed address, mirrors and time servers of its own, and three patches. Prints JSON:
/// the first run, in a cold process, and the best of five after it.
/// </summary>
internal static class Program
{
    private static readonly string[] Patches =
    [
        "machine:\n  sysctls: {vm.max_map_count: '262144'}\n  kubelet: {extraArgs: {v: '2'}}\n",
        "machine: {kernel: {modules: [{name: br_netfilter}]}}\n---\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: "
            + "/dev/watchdog0\n",
        "machine: {nodeLabels: {rack: r1}}\n",
    ];

    public static int Main(string[] args)
    {
        var machines = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1000;
        var secrets = SecretsGenerator.Generate(new TalosRelease(1, 13), DateTimeOffset.UtcNow);
        var runs = new List<double>();
        var bytes = 0L;
        for (var run = 0; run < 6; run++)
        {
            var clock = Stopwatch.StartNew();
            bytes = Compose(machines, secrets);
            runs.Add(clock.Elapsed.TotalSeconds);
        }

        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["machines"] = machines,
            ["first run, s"] = Math.Round(runs[0], 3),
            ["best of five more, s"] = Math.Round(runs.Skip(1).Min(), 3),
            ["target, s per 1000"] = 2,
            ["kB a configuration"] = Math.Round(bytes / 1000.0 / machines, 1),
        }));
        return runs[0] <= 2.0 * machines / 1000 || machines < 1000 ? 0 : 1;
    }

    private static long Compose(int machines, ClusterSecrets secrets)
    {
        var mistakes = new List<ConfigurationMistake>();
        var options = new ConfigurationOptions { Release = new TalosRelease(1, 13) };
        var settings = new ClusterSettings("prod", new Uri("https://10.20.0.10:6443"), "v1.36.3", new TalosRelease(1, 13));
        var patches = Patches.Select(p => ConfigurationPatch.Read(p, null, options, mistakes)!).ToList();
        var composers = new[] { MachineRole.ControlPlane, MachineRole.Worker }
            .ToDictionary(role => role, role => ConfigurationComposer.Create(settings, secrets, role, options, mistakes)!);
        var bytes = 0L;
        for (var i = 0; i < machines; i++)
        {
            var composed = composers[i < 3 ? MachineRole.ControlPlane : MachineRole.Worker].Compose(Values(i), patches, mistakes);
            bytes += composed?.ToYaml().Length ?? throw new InvalidOperationException(string.Join('\n', mistakes));
            mistakes.Clear();
        }

        return bytes;
    }

    private static MachineValues Values(int i) => new()
    {
        Hostname = $"node-{i}",
        Disk = new InstallDisk { Serial = $"S{i}" },
        InstallerImage = "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.13.9",
        Address = new StaticAddress(
            $"52:54:00:00:{i >> 8:x2}:{i & 255:x2}", $"10.20.{(i >> 8) + 1}.{i & 255}/16", "10.20.0.1", ["10.20.0.1"]),
        TimeServers = ["10.20.0.1"],
        MirrorsOnly = true,
        RegistryMirrors = new Dictionary<string, IReadOnlyList<RegistryEndpoint>>
        {
            ["docker.io"] = [new("http://10.20.0.1:8080")],
            ["ghcr.io"] = [new("http://10.20.0.1:8080")],
            ["registry.k8s.io"] = [new("http://10.20.0.1:8080")],
        },
    };
}
