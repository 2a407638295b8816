using System.Text;
using Rackboot.Core.Assets;
using Rackboot.Core.Images;
using Rackboot.Core.Tests.Support;
using Rackboot.Oci;
using Rackboot.Oci.Bundles;
using Rackboot.Oci.Distribution;

namespace Rackboot.Core.Tests.Images;

/// <summary>Bundles come in whole or not at all.</summary>
public sealed class BundleImportTests
{
    private const string Kernel = "talos/v1.13.9/amd64/kernel";

    [Fact]
    public async Task An_imported_bundle_is_served_by_tag_by_digest_and_after_a_restart()
    {
        await using var rack = Rack.Start();
        var images = new ImageStore(rack.Content, rack.Store, rack.Events);
        var applied = await ImportAsync(rack, images, await BundleAsync("registry.k8s.io/pause:3.10", "layer"));
        Assert.Null(applied.Refusal);
        await rack.RestartAsync();
        images = new ImageStore(rack.Content, rack.Store, rack.Events);
        rack.Content.Sweep();

        var manifest = images.FindManifest(Ask("pause/manifests/3.10", "registry.k8s.io"))!;
        Assert.Equal(OciMediaType.Manifest, manifest.MediaType);
        Assert.Equal(manifest, images.FindManifest(Ask($"pause/manifests/sha256:{manifest.Sha256}", null)));
        Assert.Equal(manifest, images.FindManifest(Ask("pause/manifests/3.10", null)));
        Assert.Null(images.FindManifest(Ask("pause/manifests/3.10", "ghcr.io")));
        Assert.Null(images.FindManifest(Ask("use/manifests/3.10", null)));
        Assert.Equal(["3.10"], images.Tags("registry.k8s.io", "pause"));
        Assert.True(File.Exists(rack.Content.PathOf(manifest.Sha256)));
        Assert.Equal(("layer", AssetOrigin.Bundle),
            (await File.ReadAllTextAsync(rack.Assets.Find(Kernel)!.File), rack.Assets.Find(Kernel)!.Origin));
        Assert.Equal([new RegistryMirror("docker.io", new Uri("http://10.20.0.1")),
            new RegistryMirror("registry.k8s.io", new Uri("http://10.20.0.1"))],
            images.Mirrors(new Uri("http://10.20.0.1"), ["docker.io"]));
    }

    [Fact]
    public async Task A_damaged_bundle_leaves_nothing()
    {
        await using var rack = Rack.Start();
        var images = new ImageStore(rack.Content, rack.Store, rack.Events);
        var bundle = await BundleAsync("registry.k8s.io/pause:3.10", new string('l', 5000));
        var wrong = bundle.ToArray();
        wrong[wrong.AsSpan().IndexOf("llllll"u8) + 10] = (byte)'x';
        foreach (var bytes in (byte[][])[bundle[..^4000], bundle[..700], wrong])
        {
            Assert.StartsWith("nothing was imported: ", (await ImportAsync(rack, images, bytes)).Refusal!.Message,
                StringComparison.Ordinal);
            Assert.Empty(images.All);
            Assert.Null(rack.Assets.Find(Kernel));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(rack.Directory, "assets", "sha256")));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(rack.Directory, "assets", "incoming")));
        }
    }

    [Fact]
    public async Task Removing_an_image_keeps_what_others_need_of_it()
    {
        await using var rack = Rack.Start();
        var images = new ImageStore(rack.Content, rack.Store, rack.Events);
        await ImportAsync(rack, images, await BundleAsync("registry.k8s.io/pause:3.10", "layer"));
        var shared = rack.Assets.Find(Kernel)!.File;
        Assert.Null(await images.RemoveAsync("registry.k8s.io/pause:3.10", "alice"));
        Assert.True(File.Exists(shared));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(rack.Directory, "assets", "sha256")));
        Assert.Equal(RefusalKind.NotFound, (await images.RemoveAsync("registry.k8s.io/pause:3.10", "alice"))!.Kind);
    }

    [Fact]
    public async Task Importing_a_bundle_again_changes_nothing()
    {
        await using var rack = Rack.Start();
        var images = new ImageStore(rack.Content, rack.Store, rack.Events);
        var bundle = await BundleAsync("registry.k8s.io/pause:3.10", "layer");
        await ImportAsync(rack, images, bundle);
        await ImportAsync(rack, images, bundle);
        Assert.Single(images.All);
        await images.RemoveAsync("registry.k8s.io/pause:3.10", "alice");
        await rack.Assets.RemoveAsync(Kernel);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(rack.Directory, "assets", "sha256")));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_nothing()
    {
        Assert.SkipUnless(Environment.UserName == "root", "a file system of its own takes root");
        await using var rack = Rack.Start();
        var small = Directory.CreateDirectory(Path.Combine(rack.Directory, "small", "assets")).FullName;
        Assert.Equal(0, await RunAsync("mount", "-t", "tmpfs", "-o", "size=300m", "rb-test", small));
        try
        {
            var content = new ContentStore(Path.GetDirectoryName(small)!);
            var images = new ImageStore(content, rack.Store, rack.Events);
            var import = new BundleImport(content, rack.Assets, images, rack.Events, rack.Clock);
            using var bundle = new MemoryStream(await BundleAsync("registry.k8s.io/pause:3.10", new string('l', 60_000_000)));
            var refusal = (await import.ImportAsync(bundle, "alice", CancellationToken.None)).Refusal!;
            Assert.Contains("bytes and the disk has", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(small, "*", SearchOption.AllDirectories));
        }
        finally
        {
            await RunAsync("umount", small);
        }
    }

    private static RegistryRequest Ask(string path, string? ns) =>
        RegistryRequest.TryParse(path, ns, out var request, out var error) ? request : throw new ArgumentException(error.Message);

    private static async Task<Applied<MirroredBundle>> ImportAsync(Rack rack, ImageStore images, byte[] bundle)
    {
        using var input = new MemoryStream(bundle);
        return await new BundleImport(rack.Content, rack.Assets, images, rack.Events, rack.Clock)
            .ImportAsync(input, "alice", CancellationToken.None);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    // An image of a manifest and one layer, which is the kernel too.
    private static async Task<byte[]> BundleAsync(string reference, string layer)
    {
        byte[][] contents = [Encoding.UTF8.GetBytes($$"""{"layers":[{{layer.Length}}]}"""), Encoding.UTF8.GetBytes(layer)];
        var digests = contents.Select(c => OciDigest.Of(c)).ToArray();
        var manifest = new BundleManifest
        {
            Format = BundleManifest.FormatName,
            Title = "test",
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Images = [new BundleImage(reference, digests[0].ToString(), OciMediaType.Manifest, [.. digests.Select(d => d.ToString())])],
            Files = [new BundleFile(Kernel, digests[1].ToString())],
            Blobs = [.. digests.Select((d, i) =>
                new BundleBlob(d.ToString(), contents[i].Length, Carried: true, i == 0 ? OciMediaType.Manifest : null))],
        };
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(manifest, output, digest =>
            new MemoryStream(contents[Array.IndexOf(digests, digest)]), _ => { }, CancellationToken.None);
        return output.ToArray();
    }
}
