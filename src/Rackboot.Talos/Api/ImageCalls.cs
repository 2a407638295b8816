using Google.Protobuf;
using Rackboot.Talos.Api.Wire;

namespace Rackboot.Talos.Api;

/// <summary>Pulls images, installs and upgrades Talos. From 1.13 on: pull, then <see cref="UpgradeAsync"/>, then a reboot by the caller;
/// before: <see cref="LegacyUpgradeAsync"/>, which does all three (siderolabs/talos api/machine/image.proto, lifecycle.proto,
/// machine.proto).</summary>
public sealed class ImageCalls
{
    private readonly TalosClient _client;

    internal ImageCalls(TalosClient client) => _client = client;

    /// <summary>Pulls an image for Talos itself. Returns its name for the next call.</summary>
    /// <param name="progress">Receives the bytes fetched so far of each layer.</param>
    public async Task<string> PullAsync(string image, CancellationToken cancel, Action<string, long, long>? progress = null)
    {
        var request = new ImageServicePullRequest { Containerd = System, ImageRef = image };
        string? name = null;
        var answers = _client.StreamAsync("/machine.ImageService/Pull", request, ImageServicePullResponse.Parser, cancel);
        await foreach (var answer in answers.ConfigureAwait(false))
            if (answer.ResponseCase == ImageServicePullResponse.ResponseOneofCase.Name)
                name = answer.Name;
            else if (answer.PullProgress is { Progress: { } layer } pulling)
                progress?.Invoke(pulling.LayerId, layer.Offset, layer.Total);
        return name ?? throw _client.Bad("Pull", "the stream ended without the image's name");
    }

    /// <summary>Installs from maintenance mode; Talos allows it only over SideroLink.</summary>
    /// <param name="disk"><c>/dev/sda</c>.</param>
    public Task InstallAsync(string image, string disk, CancellationToken cancel, Action<string>? progress = null) =>
        RunAsync("Install", new() { Containerd = System, Source = Named(image), Destination = new() { Disk = disk } }, progress, cancel);

    /// <summary>Writes the new release beside the present one. The next boot uses it.</summary>
    public Task UpgradeAsync(string image, CancellationToken cancel, Action<string>? progress = null) =>
        RunAsync("Upgrade", new() { Containerd = System, Source = Named(image) }, progress, cancel);

    /// <summary>Upgrades releases before 1.13: drains, writes, reboots. Refused with two etcd members or an unhealthy one.</summary>
    /// <param name="stage">Upgrade at the next reboot, for a busy disk.</param>
    /// <param name="force">Skip the etcd checks.</param>
    public async Task LegacyUpgradeAsync(string image, CancellationToken cancel, bool stage = false, bool force = false)
    {
        var request = new UpgradeRequest { Image = image, Preserve = false, Stage = stage, Force = force };
        await _client.AskAsync(
                "/machine.MachineService/Upgrade", request, UpgradeResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
    }

    private static ContainerdInstance System => new() { Driver = ContainerDriver.Containerd, Namespace = ContainerdNamespace.NsSystem };

    private static InstallArtifactsSource Named(string image) => new() { ImageName = image };

    // Only the exit code counts: the call's status is OK even if the installer failed.
    private async Task RunAsync(string method, LifecycleServiceRequest request, Action<string>? progress, CancellationToken cancel)
    {
        int? code = null;
        var last = "";
        var answers = _client.StreamAsync($"/machine.LifecycleService/{method}", request, LifecycleServiceResponse.Parser, cancel);
        await foreach (var answer in answers.ConfigureAwait(false))
            if (answer.Progress?.ResponseCase == LifecycleServiceProgress.ResponseOneofCase.ExitCode)
                code = answer.Progress.ExitCode;
            else if (answer.Progress?.Message is { Length: > 0 } message)
                progress?.Invoke(last = PrintableText.Of(message));
        if (code is null)
            throw _client.Bad(method, "the stream ended without an exit code");
        if (code != 0)
            throw _client.Failure(TalosFailure.Failed, method, $"the installer ended with exit code {code}: {last}");
    }
}
