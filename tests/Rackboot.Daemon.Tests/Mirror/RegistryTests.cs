using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Contracts;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Tests.Api;
using Rackboot.Oci;
using Rackboot.Oci.Bundles;
using Rackboot.Tests.Shared;

namespace Rackboot.Daemon.Tests.Mirror;

/// <summary>Pulls and bundles through the API, and the registry on the boot plane's transport.</summary>
public sealed class RegistryTests
{
    private const string Plain = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";

    private static readonly byte[] Layer = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000)));
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes(
        $$"""{"layers":[{"mediaType":"x","digest":"{{OciDigest.Of(Layer)}}","size":{{Layer.Length}}}]}""");

    [Fact]
    public async Task An_image_of_a_bundle_is_served_as_the_specification_says()
    {
        await using var api = await RunningApi.StartAsync();
        using var bundle = await BundleAsync();
        Assert.Equal((1, 1), (await api.Client.ImportBundleAsync(bundle) is var imported ? (imported.Images, imported.Files) : default));
        Assert.Equal("ghcr.io/a/b:1", Assert.Single(await api.Client.GetMirrorImagesAsync()).Reference);
        await using var plane = await ServeAsync(api);
        using var http = new HttpClient { BaseAddress = new Uri(plane.Urls.First()) };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v2/")).StatusCode);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v2/a/b/manifests/1?ns=ghcr.io"));
        Assert.Equal((OciMediaType.Manifest, (long?)Manifest.Length),
            (head.Content.Headers.ContentType!.MediaType, head.Content.Headers.ContentLength));
        Assert.Equal(OciDigest.Of(Manifest).ToString(), head.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(Manifest, await http.GetByteArrayAsync($"/v2/ghcr.io/a/b/manifests/{OciDigest.Of(Manifest)}"));
        Assert.Equal(Layer, await http.GetByteArrayAsync($"/v2/a/b/blobs/{OciDigest.Of(Layer)}?ns=ghcr.io"));
        Assert.Equal("""{"name":"a/b","tags":["1"]}""", await http.GetStringAsync("/v2/a/b/tags/list?ns=ghcr.io"));

        using var part = new HttpRequestMessage(HttpMethod.Get, $"/v2/a/b/blobs/{OciDigest.Of(Layer)}?ns=ghcr.io");
        part.Headers.Range = new RangeHeaderValue(1000, 1999);
        using var answer = await http.SendAsync(part);
        Assert.Equal((HttpStatusCode.PartialContent, $"bytes 1000-1999/{Layer.Length}"),
            (answer.StatusCode, answer.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(Layer[1000..2000], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("GET", "/v2/a/b/manifests/2?ns=ghcr.io", 404, "MANIFEST_UNKNOWN")]
    [InlineData("GET", "/v2/a/b/manifests/1?ns=quay.io", 404, "MANIFEST_UNKNOWN")]
    [InlineData("GET", "/v2/a/b/blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000", 404, "BLOB_UNKNOWN")]
    [InlineData("GET", "/v2/a/b/blobs/sha256:12", 400, "DIGEST_INVALID")]
    [InlineData("GET", "/v2/A/manifests/1", 400, "NAME_INVALID")]
    [InlineData("GET", "/v2/_catalog", 404, "NAME_UNKNOWN")]
    [InlineData("PUT", "/v2/a/b/manifests/1", 405, "UNSUPPORTED")]
    public async Task What_cannot_be_served_is_told_in_the_form_of_the_specification(string method, string path, int status, string code)
    {
        await using var api = await RunningApi.StartAsync();
        using var bundle = await BundleAsync();
        await api.Client.ImportBundleAsync(bundle);
        await using var plane = await ServeAsync(api);
        using var http = new HttpClient { BaseAddress = new Uri(plane.Urls.First()) };
        using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal((status, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains($"\"{code}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_is_none_is_refused_with_the_reason_and_not_by_a_broken_connection()
    {
        await using var api = await RunningApi.StartAsync();
        using var wrong = new MemoryStream(new byte[20_000_000]);
        var refused = await Assert.ThrowsAsync<ApiException>(() => api.Client.ImportBundleAsync(wrong));
        Assert.Contains("not a bundle from rackboot mirror create", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_shows_its_progress_and_the_store_is_verified_and_pruned()
    {
        await using var factory = await FlakyServer.StartAsync();
        factory.Files[$"/image/{Plain}/v1.13.9/kernel-amd64"] = "kernel"u8.ToArray();
        factory.Files[$"/image/{Plain}/v1.13.9/initramfs-amd64.xz"] = "initramfs"u8.ToArray();
        await using var api = await RunningApi.StartAsync();
        var refused = await Assert.ThrowsAsync<ApiException>(async () =>
            await api.Client.PullAssetsAsync(new AssetPullOrder { Version = "v1.13.9" }).ToListAsync());
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        var steps = await api.Client.PullAssetsAsync(new AssetPullOrder { Version = "v1.13.9", Factory = factory.Address.ToString() })
            .ToListAsync();
        Assert.Equal(2, steps.Count(s => s.Step == AssetPullStep.Done));
        Assert.All(await api.Client.VerifyAssetsAsync().ToListAsync(), file => Assert.Null(file.Problem));

        Assert.Empty(await api.Client.PruneAssetsAsync(new AssetPruneOrder { DryRun = true }));
        Assert.Equal(2, (await api.Client.PruneAssetsAsync(new AssetPruneOrder { OlderThanDays = 0, DryRun = true })).Count);
        await api.Client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.13.9" } });
        Assert.Empty(await api.Client.PruneAssetsAsync(new AssetPruneOrder { OlderThanDays = 0 }));
        await api.Client.DeleteProfileAsync("default");
        Assert.Equal(2, (await api.Client.PruneAssetsAsync(new AssetPruneOrder { OlderThanDays = 0 })).Count);
        Assert.Empty(await api.Client.GetAssetsAsync());
    }

    [Theory]
    [InlineData("""{"version":"1.13"}""", "/version")]
    [InlineData("""{"version":"v1.13.9","architectures":["mips"]}""", "/architectures")]
    [InlineData("""{"version":"v1.13.9","schematicId":"x"}""", "/schematicId")]
    [InlineData("""{"version":"v1.13.9","schematic":"customization: { extra: 1 }"}""", "/schematic")]
    [InlineData("""{"version":"v1.13.9","factory":"file:///etc"}""", "/factory")]
    public async Task A_wrong_order_to_pull_is_refused_with_its_place(string json, string path)
    {
        await using var api = await RunningApi.StartAsync();
        var order = System.Text.Json.JsonSerializer.Deserialize<AssetPullOrder>(json, Document.Json)!;
        var refused = await Assert.ThrowsAsync<ApiException>(async () => await api.Client.PullAssetsAsync(order).ToListAsync());
        Assert.Equal(path, Assert.Single(refused.Problem.Errors!).Path);
    }

    private static async Task<WebApplication> ServeAsync(RunningApi api)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new ConnectionPlaces(1000, 1000, _ => false, () => { }));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var plane = builder.Build();
        api.Mirror.MapBootPlane(plane);
        await plane.StartAsync();
        return plane;
    }

    private static async Task<MemoryStream> BundleAsync()
    {
        byte[][] contents = [Manifest, Layer];
        var digests = contents.Select(c => OciDigest.Of(c)).ToArray();
        var manifest = new BundleManifest
        {
            Format = BundleManifest.FormatName,
            Title = "test",
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Images = [new BundleImage("ghcr.io/a/b:1", digests[0].ToString(), OciMediaType.Manifest,
                [.. digests.Select(d => d.ToString())])],
            Files = [new BundleFile("talos/v1.13.9/amd64/kernel", digests[1].ToString())],
            Blobs = [.. digests.Select((d, i) => new BundleBlob(d.ToString(), contents[i].Length, Carried: true))],
        };
        var output = new MemoryStream();
        await BundleWriter.WriteAsync(manifest, output, digest =>
            new MemoryStream(contents[Array.IndexOf(digests, digest)]), _ => { }, CancellationToken.None);
        output.Position = 0;
        return output;
    }
}
