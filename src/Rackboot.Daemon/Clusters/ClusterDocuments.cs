using System.Net;
using System.Net.Sockets;
using Rackboot.Contracts;
using Rackboot.Core.Clusters;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.ImageFactory;
using Rackboot.Talos.Secrets;
using CoreCluster = Rackboot.Core.Clusters.Cluster;

namespace Rackboot.Daemon.Clusters;

/// <summary>Converts clusters between the API's documents and the domain.</summary>
internal static class ClusterDocuments
{
    private const int ApiServerPort = 6443;
    private const int MostPatchCharacters = 256 * 1024;
    private const int MostNameCharacters = 4096; // of a path (Linux PATH_MAX)

    private static readonly TimeSpan DefaultSettle = TimeSpan.FromSeconds(30);

    // A machine that has not settled by then stops the rollout.
    private static readonly TimeSpan MostSettle = TimeSpan.FromMinutes(15);

    // siderolabs/talos pkg/machinery/config/types/v1alpha1, InstallDiskType.
    private static readonly string[] DiskTypes = ["ssd", "hdd", "nvme", "sd"];

    private static readonly (string Word, ApplyMode Mode)[] ChangeModes =
        [("auto", ApplyMode.Auto), ("no-reboot", ApplyMode.NoReboot), ("staged", ApplyMode.Staged)];

    /// <summary>Converts <paramref name="document"/> and adds every error in it.</summary>
    public static (CoreCluster Cluster, ClusterSecrets? Imported) Read(Contracts.Cluster document, List<ProblemError> errors)
    {
        DocumentChecks.Name(document.Name, errors);
        DocumentChecks.Labels(document.Labels, errors);
        var (endpoint, vip) = Endpoint(document, errors);
        var talos = Release(document.Talos?.Version, "/talos/version", "v1.13.9", errors);
        var kubernetes = Release(document.Kubernetes, "/kubernetes", "v1.36.3", errors);
        if (errors.Count == 0 && TalosSupport.KubernetesMistake(talos, kubernetes) is { } mistake)
            errors.Add(new("/kubernetes", mistake));
        var cluster = new CoreCluster
        {
            Name = document.Name,
            Labels = document.Labels ?? new Dictionary<string, string>(),
            Endpoint = endpoint,
            Vip = vip,
            TalosVersion = talos,
            Schematic = SchematicId(document.Talos?.Schematic, errors),
            KubernetesVersion = kubernetes,
            ControlPlane = Pool(document.ControlPlane, "/controlPlane", required: true, errors),
            Workers = Pool(document.Workers, "/workers", required: false, errors),
            InstallDisk = Disk(document.InstallDisk, errors),
            Patches = Patches(document.Patches, "/patches", errors),
            Snapshots = Snapshots(document.Snapshots, errors),
            UpgradeParallel = Parallel(document.Upgrade, errors),
            Changes = Changes(document.Upgrade, errors),
            Settle = Settle(document.Upgrade, errors),
        };
        return (cluster, Secrets(document.Secrets, errors));
    }

    /// <summary>A mistake in a machine configuration at its place in the document: of <c>workers.patches[1]</c>, or of all patches
    /// together.</summary>
    public static ProblemError Error(ConfigurationMistake mistake) => mistake.File is { } patch
        ? new($"/{patch.Replace('.', '/').Replace('[', '/').TrimEnd(']')}",
            (mistake with { File = null }).ToString())
        : new("/patches", $"the configuration with all patches has errors: {mistake}");

    public static Contracts.Cluster Write(CoreCluster cluster, ClusterStatus? status) => new()
    {
        Name = cluster.Name,
        Labels = cluster.Labels.Count > 0 ? cluster.Labels : null,
        Endpoint = cluster.Endpoint.OriginalString,
        Vip = cluster.Vip?.ToString(),
        Talos = new ClusterTalos
        {
            Version = cluster.TalosVersion,
            Schematic = cluster.Schematic is { } id ? new ClusterSchematic { Id = id } : null,
        },
        Kubernetes = cluster.KubernetesVersion,
        ControlPlane = Write(cluster.ControlPlane),
        Workers = Write(cluster.Workers),
        InstallDisk = cluster.InstallDisk is { } disk
            ? new ClusterDisk
            {
                Device = disk.Path,
                Size = disk.Size,
                Type = disk.Type,
                Model = disk.Model,
                Serial = disk.Serial,
                Wwid = disk.Wwid,
                BusPath = disk.BusPath,
            }
            : null,
        Patches = Write(cluster.Patches),
        Snapshots = cluster.Snapshots is { } rule ? new ClusterSnapshots { Every = Durations.Write(rule.Every), Keep = rule.Keep } : null,
        Upgrade = cluster is { UpgradeParallel: 1, Changes: ApplyMode.Auto } && cluster.Settle == DefaultSettle ? null : new ClusterUpgrade
        {
            Parallel = cluster.UpgradeParallel,
            Configuration = cluster.Changes == ApplyMode.Auto ? null : ChangeModes.First(m => m.Mode == cluster.Changes).Word,
            Settle = cluster.Settle == DefaultSettle ? null : Durations.Write(cluster.Settle),
        },
        Status = status,
    };

    private static (Uri Endpoint, IPAddress? Vip) Endpoint(Contracts.Cluster document, List<ProblemError> errors)
    {
        IPAddress? vip = null;
        if (document.Vip is { } text)
            if (IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
                && text.Split('.').Length == 4)
                vip = address;
            else
                errors.Add(new("/vip", $"\"{text}\" is not an IPv4 address"));
        var url = document.Endpoint ?? (vip is null ? null : $"https://{vip}:{ApiServerPort}");
        if (url is not null && Uri.TryCreate(url, UriKind.Absolute, out var endpoint)
            && endpoint is { Scheme: "https", PathAndQuery: "/", UserInfo: "" })
            return (endpoint, vip);
        if (url is not null)
            errors.Add(new("/endpoint", $"\"{url}\" is not the URL of a Kubernetes API; allowed: like https://10.20.0.10:6443"));
        else if (document.Vip is null)
            errors.Add(new("/endpoint",
                "is missing; set the URL of the Kubernetes API, like https://10.20.0.10:6443, or a vip that the control plane shares"));
        return (new Uri("https://invalid"), vip);
    }

    private static string Release(string? version, string path, string example, List<ProblemError> errors)
    {
        if (string.IsNullOrEmpty(version))
            errors.Add(new(path, $"is missing; set a release, like {example}"));
        else if (!TalosVersion.IsValid(version))
            errors.Add(new(path, $"\"{version}\" is not a release; allowed: like {example}"));
        return version ?? "";
    }

    private static string? SchematicId(ClusterSchematic? schematic, List<ProblemError> errors)
    {
        if (schematic is null)
            return null;
        if (schematic.Id is { } id)
        {
            if (schematic.Extensions is not null || schematic.KernelArguments is not null)
                errors.Add(new("/talos/schematic", "has an id and a content; set one of them"));
            if (!Schematic.IsId(id))
                errors.Add(new("/talos/schematic/id", $"\"{id}\" is not an Image Factory id; allowed: 64 lower-case hexadecimal digits"));
            return id;
        }

        return new Schematic { OfficialExtensions = schematic.Extensions ?? [], ExtraKernelArgs = schematic.KernelArguments ?? [] }.Id;
    }

    private static ClusterPool Pool(ClusterMachines? machines, string path, bool required, List<ProblemError> errors)
    {
        if (machines?.Selector is not { Count: > 0 } selector)
        {
            if (required || machines is not null)
                errors.Add(new($"{path}/selector", "is missing; set the labels of its machines, like { role: control }"));
            return ClusterPool.Empty;
        }

        DocumentChecks.Labels(selector, errors);
        return new ClusterPool(selector, Patches(machines.Patches, $"{path}/patches", errors));
    }

    private static InstallDisk? Disk(ClusterDisk? disk, List<ProblemError> errors)
    {
        if (disk is null)
            return null;
        if (disk.Type is { } type && !DiskTypes.Contains(type))
            errors.Add(new("/installDisk/type", $"\"{type}\" is not a kind of disk; allowed: {string.Join(", ", DiskTypes)}"));
        if (disk.Device is { } device && !device.StartsWith("/dev/", StringComparison.Ordinal))
            errors.Add(new("/installDisk/device", $"\"{device}\" is not a device path; allowed: like /dev/sda"));
        if (disk is { Device: null, Size: null, Type: null, Model: null, Serial: null, Wwid: null, BusPath: null })
            errors.Add(new("/installDisk", "is empty; set what identifies the disk, best its serial or wwid"));
        return new InstallDisk
        {
            Path = disk.Device,
            Size = disk.Size,
            Type = disk.Type,
            Model = disk.Model,
            Serial = disk.Serial,
            Wwid = disk.Wwid,
            BusPath = disk.BusPath,
        };
    }

    private static List<NamedPatch> Patches(IReadOnlyList<ClusterPatch>? patches, string path, List<ProblemError> errors)
    {
        var read = new List<NamedPatch>();
        for (var i = 0; i < (patches?.Count ?? 0); i++)
        {
            if (patches![i].Name is { } name && (name.Length is 0 or > MostNameCharacters || name.Any(char.IsControl)))
                errors.Add(new($"{path}/{i}/name", $"is not a name; allowed: 1 to {MostNameCharacters:N0} characters on one line"));
            if (Content(patches[i], $"{path}/{i}", errors) is { } text)
                read.Add(new NamedPatch(text, patches[i].Name));
        }

        return read;
    }

    private static ClusterSecrets? Secrets(ClusterPatch? document, List<ProblemError> errors)
    {
        if (document is null || Content(document, "/secrets", errors) is not { } text)
            return null;
        if (SecretsFile.TryRead(text, out var secrets, out var mistakes))
            return secrets;
        errors.AddRange(mistakes.Select(m => new ProblemError("/secrets", m)));
        return null;
    }

    private static string? Content(ClusterPatch patch, string path, List<ProblemError> errors)
    {
        if (patch.File is not null)
            errors.Add(new($"{path}/file", "the API expects the content; rackboot apply reads the file and sends it"));
        else if (patch.Content is not { Length: > 0 } content)
            errors.Add(new(path, "is empty; name a file"));
        else if (content.Length > MostPatchCharacters)
            errors.Add(new(path, $"has {content.Length:N0} characters; at most {MostPatchCharacters:N0} are allowed"));
        else
            return content;
        return null;
    }

    private static SnapshotRule? Snapshots(ClusterSnapshots? snapshots, List<ProblemError> errors)
    {
        if (snapshots is null)
            return null;
        if (!Durations.TryRead(snapshots.Every, out var every) || every < TimeSpan.FromMinutes(1))
            errors.Add(new("/snapshots/every", $"\"{snapshots.Every}\" is not a time of a minute or more; allowed: like 30m or 6h"));
        if (snapshots.Keep is < 1 or > 1000)
            errors.Add(new("/snapshots/keep", $"{snapshots.Keep} is not between 1 and 1000"));
        return new SnapshotRule(every, (int)Math.Clamp(snapshots.Keep, 1, 1000));
    }

    private static int Parallel(ClusterUpgrade? upgrade, List<ProblemError> errors)
    {
        if (upgrade is { Parallel: < 1 or > 100 })
            errors.Add(new("/upgrade/parallel", $"{upgrade.Parallel} is not between 1 and 100"));
        return (int)Math.Clamp(upgrade?.Parallel ?? 1, 1, 100);
    }

    private static ApplyMode Changes(ClusterUpgrade? upgrade, List<ProblemError> errors)
    {
        var word = upgrade?.Configuration ?? "auto";
        if (ChangeModes.All(m => m.Word != word))
            errors.Add(new("/upgrade/configuration",
                $"\"{word}\" is not allowed; allowed: {string.Join(", ", ChangeModes.Select(m => m.Word))}"));
        return ChangeModes.FirstOrDefault(m => m.Word == word, ChangeModes[0]).Mode;
    }

    private static TimeSpan Settle(ClusterUpgrade? upgrade, List<ProblemError> errors)
    {
        if (upgrade?.Settle is not { } text)
            return DefaultSettle;
        if (Durations.TryRead(text, out var settle) && settle <= MostSettle)
            return settle;
        errors.Add(new("/upgrade/settle", $"\"{text}\" is not a time up to {Durations.Write(MostSettle)}; allowed: like 30s or 5m"));
        return DefaultSettle;
    }

    private static ClusterMachines? Write(ClusterPool pool) =>
        pool.Selector.Count == 0 ? null : new ClusterMachines { Selector = pool.Selector, Patches = Write(pool.Patches) };

    private static List<ClusterPatch>? Write(IReadOnlyList<NamedPatch> patches) =>
        patches.Count == 0 ? null : [.. patches.Select(p => new ClusterPatch { Name = p.Name, Content = p.Text })];
}
