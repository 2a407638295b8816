using System.Text;
using Google.Protobuf;
using Rackboot.Talos.Api;
using Rackboot.Talos.Api.Wire.Cosi;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The resources of a stand-in node: its machine status and what its firmware calls it.</summary>
internal static class TalosNodeState
{
    private static readonly TalosRole[] Readers = [TalosRole.Admin, TalosRole.Operator, TalosRole.Reader];

    public static IReadOnlyDictionary<string, TalosMethod> Methods { get; } = new Dictionary<string, TalosMethod>
    {
        ["/cosi.resource.State/Get"] = TalosMethod.Unary(GetRequest.Parser, Readers, (node, request) => new ResourceResponse
        {
            Resource = All(node).FirstOrDefault(r =>
                    r.Metadata.Namespace == request.Namespace && r.Metadata.Type == request.Type && r.Metadata.Id == request.Id)
                ?? throw new NodeRefusal(GrpcCode.NotFound, $"resource {request.Type}({request.Namespace}/{request.Id}) doesn't exist"),
        }),
        ["/cosi.resource.State/List"] = TalosMethod.Stream(ListRequest.Parser, Readers, (node, request) =>
            [.. All(node).Where(r => r.Metadata.Namespace == request.Namespace && r.Metadata.Type == request.Type)
                .Select(r => new ResourceResponse { Resource = r })]),
        ["/cosi.resource.State/Watch"] = new(Readers, WatchAsync),
    };

    private static IEnumerable<Resource> All(TalosNode node)
    {
        yield return Make("runtime", "MachineStatuses.runtime.talos.dev", "machine", Yaml(node.Status()));
        if (node.Configuration is { IsUnattended: true } configuration)
            yield return Make(
                "runtime", "UnattendedInstallStatuses.runtime.talos.dev", "unattended-install",
                $"image: {configuration.InstallImage}\nphase: {(node.InstalledVersion is null ? "installing" : "installed")}\n");
        if (node.Configuration is { Text: { } text })
            yield return Make("config", "MachineConfigs.config.talos.dev", "v1alpha1", Block(text));
        foreach (var (component, version) in node.Pods)
            yield return Make("k8s", "StaticPodStatuses.kubernetes.talos.dev", $"kube-system/{component}-{node.Hostname}",
                $"conditions:\n    - status: \"True\"\n      type: Ready\ncontainerStatuses:\n    - image: "
                    + $"registry.k8s.io/{component}:{version}\n"
                + $"      name: {component}\n      ready: true\n");
        foreach (var (id, yaml) in node.Manifests)
            yield return Make("controlplane", "Manifests.kubernetes.talos.dev", id, yaml);
        yield return Make(
            "hardware", "SystemInformations.hardware.talos.dev", "systeminformation",
            $"manufacturer: Rackboot\nproductName: stand-in\nserialnumber: {node.Uuid.ToString("N")[..12]}\nuuid: {node.Uuid}\n");
    }

    // The whole configuration as one text (siderolabs/talos pkg/machinery/resources/config/machine_config.go).
    private static string Block(string text) => "|\n" + string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"    {line}\n"));

    private static Resource Make(string space, string type, string id, string yaml) => new()
    {
        Metadata = new() { Namespace = space, Type = type, Id = id, Version = "1", Phase = "running" },
        Spec = new() { YamlSpec = yaml },
    };

    private static string Yaml(MachineStatus status)
    {
        var stage = status.Stage == MachineStage.ShuttingDown ? "shutting down" : status.Stage.ToString().ToLowerInvariant();
        var yaml = new StringBuilder($"stage: {stage}\nstatus:\n    ready: {(status.Ready ? "true" : "false")}\n");
        yaml.Append("    unmetConditions:").Append(status.Unmet.Count == 0 ? " []\n" : "\n");
        foreach (var condition in status.Unmet)
            yaml.Append($"        - name: {condition.Name}\n          reason: '{condition.Reason}'\n");
        return yaml.ToString();
    }

    // What there is, then what changes, looked at a few times a second until the client leaves.
    private static async Task WatchAsync(TalosCall call, TalosNode node)
    {
        var request = await call.ReadAsync(WatchRequest.Parser).ConfigureAwait(false);
        if (request.ApiVersion != 1)
            throw new NodeRefusal(GrpcCode.InvalidArgument, "unsupported API version");
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var first = true; !call.Cancel.IsCancellationRequested; first = false)
        {
            var answer = new WatchResponse();
            foreach (var resource in node.Looked(() => All(node).ToList()))
                if (resource.Metadata.Namespace == request.Namespace && resource.Metadata.Type == request.Type
                    && (!request.HasId || resource.Metadata.Id == request.Id)
                    && known.GetValueOrDefault(resource.Metadata.Id) != resource.Spec.YamlSpec)
                {
                    var kind = known.ContainsKey(resource.Metadata.Id) ? EventType.Updated : EventType.Created;
                    answer.Event.Add(new Event { Resource = resource, EventType = kind });
                    known[resource.Metadata.Id] = resource.Spec.YamlSpec;
                }

            if (first && request.Options is { BootstrapContents: true })
                answer.Event.Add(new Event { EventType = EventType.Bootstrapped });
            if (answer.Event.Count > 0)
                await call.WriteAsync(answer).ConfigureAwait(false);
            await call.FlushAsync().ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(50), call.Cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
