using System.Text;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.ImageFactory;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>Composes the machine configurations of clusters: the base of the role, the machine's own values, the patches of the cluster,
/// then of the role. The result is the same every time, so it is not stored.</summary>
/// <param name="surroundings">The services of the rack for its machines.</param>
public sealed class ClusterConfigurations(ClusterBook book, Func<ClusterSurroundings> surroundings)
{
    // In the place of a cluster's own, which may not be there yet. The keys of 1.6 are quickly made.
    private static readonly Lazy<ClusterSecrets> SampleSecrets =
        new(() => SecretsGenerator.Generate(new TalosRelease(1, 6), TimeProvider.System.GetUtcNow()));

    public ComposedConfiguration Compose(Cluster cluster, Machine machine)
    {
        if (ClusterMembership.RoleOf(machine, cluster) is not { } role)
            return Wrong($"{machine.Name} is not in cluster {cluster.Name}");
        if (book.Secrets(cluster.Name) is not { } secrets)
            return Wrong($"the secrets of cluster {cluster.Name} are missing from the store; restore a backup");
        if (!TalosRelease.TryParse(cluster.TalosVersion, out var release))
            return Wrong($"{cluster.TalosVersion} is not a Talos release");

        var mistakes = new List<ConfigurationMistake>();
        var composed = Compose(cluster, role, secrets, release, machine.Name, Card(machine), mistakes);
        return new ComposedConfiguration(
            composed is null ? null : new Secret(composed.ToYaml()),
            [.. mistakes.Where(m => !m.IsWarning).Select(Shown)],
            [.. mistakes.Where(m => m.IsWarning).Select(Shown)]);

        string Shown(ConfigurationMistake mistake)
        {
            var patch = Own(cluster, role).FirstOrDefault(p => p.Place == mistake.File).Patch;
            return (mistake with { File = patch?.Name ?? mistake.File }).ToString();
        }
    }

    /// <summary>The errors that the machines of a cluster would find in their configurations, before there is one. An error in a patch has
    /// its place in the document as its file, <c>workers.patches[1]</c>.</summary>
    public IReadOnlyList<ConfigurationMistake> Check(Cluster cluster)
    {
        if (!TalosRelease.TryParse(cluster.TalosVersion, out var release))
            return [];
        var mistakes = new List<ConfigurationMistake>();
        foreach (var role in Enum.GetValues<ClusterRole>())
            if (role == ClusterRole.ControlPlane || cluster.Workers.Selector.Count > 0)
                Compose(cluster, role, SampleSecrets.Value, release, "machine", null, mistakes);
        return [.. mistakes.Where(m => !m.IsWarning).Distinct()];
    }

    private MachineConfiguration? Compose(Cluster cluster, ClusterRole role, ClusterSecrets secrets, TalosRelease release, string name,
        MacAddress? card, List<ConfigurationMistake> mistakes)
    {
        var options = new ConfigurationOptions { Release = release };
        var around = surroundings();
        var composer = ConfigurationComposer.Create(
            new ClusterSettings(cluster.Name, cluster.Endpoint, cluster.KubernetesVersion, Contract(release))
            {
                Discovery = !around.Isolated,
                AdditionalNames = cluster.Vip is { } vip ? [vip.ToString()] : [],
            },
            secrets, role == ClusterRole.ControlPlane ? MachineRole.ControlPlane : MachineRole.Worker, options, mistakes);
        var patches = Patches(cluster, role, card, around)
            .Select(p => ConfigurationPatch.Read(p.Text, p.Source, options, mistakes)).OfType<ConfigurationPatch>().ToList();
        return composer is null || mistakes.Any(m => !m.IsWarning)
            ? null
            : composer.Compose(Values(cluster, name, around), patches, mistakes);
    }

    /// <summary>The configuration of a running machine: it keeps the machine's Kubernetes releases, because only an upgrade
    /// changes them.</summary>
    public ComposedConfiguration ComposeRunning(Cluster cluster, Machine machine, SecretText running)
    {
        var composed = Compose(cluster, machine);
        if (composed.Configuration is null)
            return composed;
        var text = Encoding.UTF8.GetString(composed.Configuration.Reveal().Span);
        var wanted = KubernetesImages.Read(text);
        foreach (var (component, version) in KubernetesImages.Read(running.Reveal()))
            if (wanted.TryGetValue(component, out var other) && other != version)
                if (KubernetesImages.TryChange(text, component, version, out var changed, out var error))
                    text = changed;
                else
                    return Wrong(error!);
        return composed with { Configuration = new Secret(text) };
    }

    /// <summary>The installer of a cluster's machines.</summary>
    public string Installer(Cluster cluster) =>
        $"{surroundings().Factory}/metal-installer/{cluster.Schematic ?? Schematic.PlainId}:{cluster.TalosVersion}";

    // Every release from 1.12 on accepts the format of 1.13; it does not change when the machines are upgraded.
    private static TalosRelease Contract(TalosRelease release) => release.Minor > 13 ? new TalosRelease(1, 13) : release;

    private static IEnumerable<(string Text, string Source)> Patches(
        Cluster cluster, ClusterRole role, MacAddress? card, ClusterSurroundings around) =>
        [.. OfTheRack(cluster, role, card, around), .. Own(cluster, role).Select(p => (p.Patch.Text, p.Place))];

    private static IEnumerable<(string Text, string Source)> OfTheRack(
        Cluster cluster, ClusterRole role, MacAddress? card, ClusterSurroundings around)
    {
        if (around.EventSink is { } sink)
            yield return ($"apiVersion: v1alpha1\nkind: EventSinkConfig\nendpoint: {sink}\n", "event sink");
        if (around.KernelLog is { } log)
            yield return ($"apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: rackboot\nurl: {log}\n", "kernel log");
        if (role == ClusterRole.ControlPlane && cluster.Vip is { } vip && card is not null)
            yield return ($"machine:\n  network:\n    interfaces:\n      - deviceSelector: {{ hardwareAddr: \"{card}\" }}\n        dhcp: "
                + $"true\n        vip: {{ ip: {vip} }}\n", "vip");
    }

    private static IEnumerable<(NamedPatch Patch, string Place)> Own(Cluster cluster, ClusterRole role)
    {
        var (pool, name) = role == ClusterRole.ControlPlane ? (cluster.ControlPlane, "controlPlane") : (cluster.Workers, "workers");
        return cluster.Patches.Select((p, i) => (p, $"patches[{i}]"))
            .Concat(pool.Patches.Select((p, i) => (p, $"{name}.patches[{i}]")));
    }

    private static MacAddress? Card(Machine machine) => machine.Macs.Select(m => (MacAddress?)m).FirstOrDefault();

    private MachineValues Values(Cluster cluster, string name, ClusterSurroundings around) => new()
    {
        Hostname = name,
        Disk = cluster.InstallDisk ?? new InstallDisk { Size = ">= 8GB" },
        InstallerImage = Installer(cluster),
        RegistryMirrors = around.Mirrors.ToDictionary(m => m.Key, IReadOnlyList<RegistryEndpoint> (m) => [new RegistryEndpoint(m.Value)]),
        MirrorsOnly = around.Isolated,
    };

    private static ComposedConfiguration Wrong(string mistake) => new(null, [mistake], []);
}
