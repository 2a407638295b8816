using System.Text;
using Rackboot.Core.Assets;
using Rackboot.Core.Images;
using Rackboot.Core.Tests.Support;
using Rackboot.Oci;
using Rackboot.Oci.Distribution;
using Rackboot.Tests.Shared;
using Rackboot.Transfer;

namespace Rackboot.Core.Tests.Images;

/// <summary>Images that come through from a registry that the operator allows.</summary>
public sealed class PullThroughTests
{
    private static readonly byte[] Layer = Encoding.UTF8.GetBytes(new string('l', 300_000));
    private static readonly byte[] Config = "{}"u8.ToArray();
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes(
        $$"""{"mediaType":"{{OciMediaType.Manifest}}","config":{{Descriptor(Config)}},"layers":[{{Descriptor(Layer)}}]}""");

    [Fact]
    public async Task An_image_is_fetched_once_for_all_and_kept_over_a_restart()
    {
        await using var rack = Rack.Start();
        await using var registry = await RegistryAsync();
        await using var through = new Through(rack, registry);
        var ask = Ask("pause/manifests/3.10");
        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
            through.Images.FindManifest(ask)?.Sha256 ?? (await through.Pulls.ManifestAsync(ask, CancellationToken.None))!.Digest.Hex)));
        Assert.All(asked, digest => Assert.Equal(OciDigest.Of(Manifest).Hex, digest));
        await through.ArrivedAsync();
        Assert.Equal(3, registry.Requests.Count);
        Assert.Equal(OciDigest.Of(Manifest).Hex, through.Images.FindManifest(Ask("pause/manifests/3.10"))!.Sha256);
        await rack.RestartAsync();
        var images = new ImageStore(rack.Content, rack.Store, rack.Events);
        rack.Content.Sweep();
        Assert.Equal(Layer, await File.ReadAllBytesAsync(rack.Content.PathOf(images.FindBlob(OciDigest.Of(Layer))!.Sha256)));
    }

    [Fact]
    public async Task A_layer_can_be_read_while_it_arrives()
    {
        await using var rack = Rack.Start();
        await using var registry = await RegistryAsync();
        await using var through = new Through(rack, registry);
        await through.Pulls.ManifestAsync(Ask("pause/manifests/3.10"), CancellationToken.None);
        if (through.Pulls.Blob(OciDigest.Of(Layer), out var here) is { } fetch)
            await fetch.WaitAsync(Layer.Length - 1, TestContext.Current.CancellationToken);
        else
            Assert.NotNull(here ?? through.Images.FindBlob(OciDigest.Of(Layer)));
        await through.ArrivedAsync();
        Assert.NotNull(through.Images.FindBlob(OciDigest.Of(Layer)));
    }

    [Fact]
    public async Task A_registry_that_is_not_allowed_is_not_asked()
    {
        await using var rack = Rack.Start();
        await using var registry = await RegistryAsync();
        await using var through = new Through(rack, registry);
        Assert.True(RegistryRequest.TryParse("pause/manifests/3.10", "ghcr.io", out var other, out _));
        Assert.True(RegistryRequest.TryParse("pause/manifests/3.10", null, out var none, out _));
        Assert.Null(await through.Pulls.ManifestAsync(other, CancellationToken.None));
        Assert.Null(await through.Pulls.ManifestAsync(none, CancellationToken.None));
        Assert.Empty(registry.Requests);
    }

    [Fact]
    public async Task A_layer_with_other_bytes_than_its_digest_leaves_nothing()
    {
        await using var rack = Rack.Start();
        await using var registry = await RegistryAsync();
        registry.Files[$"/v2/pause/blobs/{OciDigest.Of(Layer)}"] = [.. Layer[..^1], (byte)'x'];
        await using var through = new Through(rack, registry);
        await through.Pulls.ManifestAsync(Ask("pause/manifests/3.10"), CancellationToken.None);
        Assert.Contains("the checksum is wrong", (await through.EventAsync("mirror.failed")).Text, StringComparison.Ordinal);
        Assert.Empty(through.Images.All);
        rack.Content.Sweep();
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(rack.Directory, "assets", "sha256")));
    }

    private static RegistryRequest Ask(string path) =>
        RegistryRequest.TryParse(path, "registry.k8s.io", out var request, out _) ? request : throw new ArgumentException(path);

    private static string Descriptor(byte[] content) =>
        $$"""{"mediaType":"application/octet-stream","digest":"{{OciDigest.Of(content)}}","size":{{content.Length}}}""";

    private static async Task<FlakyServer> RegistryAsync()
    {
        var registry = await FlakyServer.StartAsync();
        registry.Files["/v2/pause/manifests/3.10"] = Manifest;
        foreach (var blob in (byte[][])[Layer, Config])
            registry.Files[$"/v2/pause/blobs/{OciDigest.Of(blob)}"] = blob;
        return registry;
    }

    private sealed class Through : IAsyncDisposable
    {
        private readonly HttpClient _http = OutboundHttp.Create();
        private readonly Fetches _fetches;
        private readonly Rack _rack;

        public Through(Rack rack, FlakyServer registry)
        {
            _rack = rack;
            _fetches = new Fetches(rack.Content, _http, TimeProvider.System,
                new TransferPolicy { Pause = TimeSpan.FromMilliseconds(1), Attempts = 2 });
            Images = new ImageStore(rack.Content, rack.Store, rack.Events);
            Pulls = new ImagePulls(Images, rack.Content, _fetches, rack.Events, _http, new Dictionary<string,
                Uri> { ["registry.k8s.io"] = registry.Address }, TimeProvider.System);
        }

        public ImageStore Images { get; }

        public ImagePulls Pulls { get; }

        public Task<Core.Events.RackEvent> ArrivedAsync() => EventAsync("mirror.pulled");

        public async Task<Core.Events.RackEvent> EventAsync(string kind)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await foreach (var e in _rack.Events.FollowAsync(0, limit.Token))
                if (e.Kind == kind)
                    return e;
            throw new InvalidOperationException("the events ended");
        }

        public async ValueTask DisposeAsync()
        {
            await _fetches.DisposeAsync();
            _http.Dispose();
        }
    }
}
