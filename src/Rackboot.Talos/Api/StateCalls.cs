using System.Runtime.CompilerServices;
using Google.Protobuf;
using Rackboot.Talos.Api.Wire.Cosi;
using Rackboot.Talos.Configuration.Yaml;
using Rackboot.Talos.Events;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Api;

/// <summary>Calls of <c>cosi.resource.State</c> (cosi-project/specification proto/v1alpha1/state.proto); maintenance mode answers them
/// too.</summary>
public sealed class StateCalls
{
    private const string Service = "/cosi.resource.State/";
    private readonly TalosClient _client;

    internal StateCalls(TalosClient client) => _client = client;

    /// <summary>One resource. <see cref="TalosFailure.NotFound"/> is normal while a machine starts.</summary>
    public async Task<TalosResource> GetAsync(string space, string type, string id, CancellationToken cancel)
    {
        var request = new GetRequest { Namespace = space, Type = type, Id = id };
        var reply = await _client.UnaryAsync(Service + "Get", request, ResourceResponse.Parser, cancel).ConfigureAwait(false);
        return Of(reply.Resource) ?? throw _client.Bad("Get", $"{type} {id}: the answer has no resource");
    }

    public async Task<IReadOnlyList<TalosResource>> ListAsync(string space, string type, CancellationToken cancel)
    {
        const int Most = 100_000;
        var resources = new List<TalosResource>();
        var answers = _client.Channel.StreamAsync(
            Service + "List", new ListRequest { Namespace = space, Type = type }, ResourceResponse.Parser, _client.Options, cancel);
        await foreach (var answer in answers.ConfigureAwait(false))
            if (Of(answer.Resource) is { } resource)
            {
                resources.Add(resource);
                if (resources.Count > Most)
                    throw _client.Bad("List", $"{type}: more than {Most} resources");
            }

        return resources;
    }

    /// <summary>Every existing resource, then changes as they happen.</summary>
    /// <param name="id">One resource, which need not exist yet; null for all of the type.</param>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync(
        string space, string type, string? id, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new WatchRequest { Namespace = space, Type = type, ApiVersion = 1 };
        if (id is not null)
            request.Id = id;
        else
            request.Options = new() { BootstrapContents = true };
        await foreach (var answer in _client.StreamAsync(Service + "Watch", request, WatchResponse.Parser, cancel).ConfigureAwait(false))
            foreach (var item in answer.Event)
            {
                if (item.EventType == EventType.Errored)
                    throw _client.Failure(TalosFailure.Failed, "Watch", $"{type}: {PrintableText.Of(item.Error)}");
                if (item.EventType is EventType.Created or EventType.Updated or EventType.Destroyed or EventType.Bootstrapped)
                    yield return new((ResourceChange)item.EventType, Of(item.Resource));
            }
    }

    /// <summary>Stage and readiness of the machine.</summary>
    public async Task<MachineStatus> MachineStatusAsync(CancellationToken cancel)
    {
        var resource = await GetAsync("runtime", "MachineStatuses.runtime.talos.dev", "machine", cancel).ConfigureAwait(false);
        return ReadMachineStatus(resource.Yaml)
            ?? throw _client.Bad("MachineStatuses", "the resource has an unexpected form");
    }

    /// <summary>The node's running configuration; contains secrets, so only administrators can read it. Its specification is the
    /// whole configuration, in newer releases as one text (siderolabs/talos pkg/machinery/resources/config/machine_config.go).</summary>
    public async Task<SecretText> MachineConfigurationAsync(CancellationToken cancel)
    {
        var resource = await GetAsync("config", "MachineConfigs.config.talos.dev", "v1alpha1", cancel).ConfigureAwait(false);
        return YamlReader.TryRead(resource.Yaml, out var documents, out _, out _) && documents is [Configuration.Yaml.YamlScalar text]
            ? new(text.Value)
            : new(resource.Yaml);
    }

    /// <summary>The kubelet's status of a control-plane node's static pods, in Kubernetes' form
    /// (siderolabs/talos pkg/machinery/resources/k8s/static_pod_status.go).</summary>
    public async Task<IReadOnlyList<StaticPod>> StaticPodsAsync(CancellationToken cancel)
    {
        var pods = new List<StaticPod>();
        foreach (var resource in await ListAsync("k8s", "StaticPodStatuses.kubernetes.talos.dev", cancel).ConfigureAwait(false))
            if (YamlLeaves.TryRead(resource.Yaml, out var documents, out _) && documents is [var status, ..]
                && status.Value("containerStatuses.0.name") is { } container && status.Value("containerStatuses.0.image") is { } image)
                pods.Add(new StaticPod(container, image, IsReady(status)));
        return pods;
    }

    /// <summary>The objects that a control-plane node wants to be in its cluster, each as JSON, in Talos's order
    /// (siderolabs/talos pkg/machinery/resources/k8s/manifest.go; siderolabs/go-kubernetes kubernetes/manifests/get.go).</summary>
    public async Task<IReadOnlyList<string>> ManifestsAsync(CancellationToken cancel)
    {
        const string Type = "Manifests.kubernetes.talos.dev";
        var objects = new List<string>();
        foreach (var resource in (await ListAsync("controlplane", Type, cancel).ConfigureAwait(false))
            .OrderBy(r => r.Id, StringComparer.Ordinal))
            if (YamlReader.TryRead(resource.Yaml, out var documents, out _, out _) && documents is [YamlSequence items])
                objects.AddRange(items.Items.Select(JsonText.Write));
            else
                throw _client.Bad("List", $"{Type} {resource.Id}: the resource is not as Talos writes it");
        return objects;
    }

    private static bool IsReady(YamlLeaves pod)
    {
        for (var i = 0; pod.Value($"conditions.{i}.type") is { } type; i++)
            if (type == "Ready")
                return pod.Value($"conditions.{i}.status") is "True" or "true";
        return false;
    }

    /// <summary>The progress of an installation by <c>UnattendedInstallConfig</c> (1.14 and later). <see cref="TalosFailure.NotFound"/>
    /// on a machine without such a document, or in maintenance mode.</summary>
    public async Task<InstallProgress> UnattendedInstallAsync(CancellationToken cancel)
    {
        const string Type = "UnattendedInstallStatuses.runtime.talos.dev";
        var resource = await GetAsync("runtime", Type, "unattended-install", cancel).ConfigureAwait(false);
        if (!YamlLeaves.TryRead(resource.Yaml, out var documents, out _) || documents.Count == 0)
            throw _client.Bad("Get", $"{Type}: the resource has an unexpected form");
        // siderolabs/talos pkg/machinery/resources/runtime/unattended_install_status.go.
        var outcome = documents[0].Value("phase") switch
        {
            "installing" => InstallOutcome.Installing,
            "installed" or "waiting-for-reboot" => InstallOutcome.Installed,
            "failed" => InstallOutcome.Failed,
            _ => InstallOutcome.None,
        };
        return new(outcome, PrintableText.Of(documents[0].Value("error") ?? ""));
    }

    internal static MachineStatus? ReadMachineStatus(string yaml)
    {
        if (!YamlLeaves.TryRead(yaml, out var documents, out _) || documents.Count == 0)
            return null;
        var status = documents[0];
        // Stage names can contain a space where the constant has none: "shutting down".
        var word = status.Value("stage")?.Replace(" ", "", StringComparison.Ordinal);
        if (!Enum.TryParse<MachineStage>(word, ignoreCase: true, out var stage))
            return null;
        var unmet = new List<UnmetCondition>();
        for (var i = 0; status.Value($"status.unmetConditions.{i}.name") is { } name; i++)
            unmet.Add(new(name, status.Value($"status.unmetConditions.{i}.reason") ?? ""));
        return new(stage, status.Value("status.ready") == "true", unmet);
    }

    private static TalosResource? Of(Resource? resource) => resource?.Metadata is not { } about ? null
        : new(about.Namespace, about.Type, about.Id, about.Version, about.Phase, resource.Spec?.YamlSpec ?? "");
}
