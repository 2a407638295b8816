using System.Diagnostics;
using System.Text.Json;
using Rackboot.Lab;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd;

/// <summary>What an air-gapped site does, with programs that others wrote: docker-registry is the world outside, skopeo and podman pull
/// from the appliance.</summary>
public sealed class MirrorTests : IDisposable
{
    private const string Plain = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";
    private const string Outside = "127.0.0.1:5000";
    private const string Factory = "127.0.0.1:9000";
    private const string Pause = "registry.k8s.io/pause:3.10.1";

    // talosctl image default of v1.13.9 (../shared/TALOS.md §7).
    private static readonly string[] Images =
    [
        "siderolabs/flannel:0.28.8", "siderolabs/kubelet:v1.36.3", "coredns/coredns:v1.14.6", "etcd:v3.6.12", "kube-apiserver:v1.36.3",
            "kube-controller-manager:v1.36.3",
        "kube-proxy:v1.36.3", "kube-scheduler:v1.36.3", "networking/kube-network-policies:v1.1.0", "pause:3.10.1",
            $"metal-installer/{Plain}:v1.13.9",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-mirror-").FullName;
    private readonly List<Process> _processes = [];

    private string Bundle => Path.Combine(_directory, "bundle.tar");

    public void Dispose()
    {
        foreach (var process in _processes)
            using (process)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_bundle_is_gathered_imported_and_pulled_from_by_skopeo_and_podman()
    {
        await using var rack = await TestRack.StartAsync();
        var digest = await ServeOutsideAsync(rack);
        await CreateAsync(rack);
        Assert.False(Directory.Exists(Bundle + ".parts"));

        var (exit, output, error) = await rack.RackbootAsync("mirror", "import", Bundle);
        Assert.True(exit == 0, output + error);
        Assert.Contains("Talos v1.13.9, Kubernetes v1.36.3, amd64: 11 images, 2 boot files", output, StringComparison.Ordinal);
        Assert.Contains(Pause, (await rack.RackbootAsync("mirror", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("talos/v1.13.9/amd64/kernel", (await rack.RackbootAsync("asset", "list")).Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), await RunAsync(rack, "rackboot", "asset", "verify"));

        // skopeo names the registry in the path; the index is the very one of the source.
        var (_, raw, _) = await rack.Network.ExecAsync("skopeo", "inspect", "--raw", "--tls-verify=false",
            $"docker://10.20.0.1:80/{Pause}");
        Assert.Equal(digest, "sha256:"
            + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(raw))));
        var copy = await rack.Network.ExecAsync("skopeo", "copy", "--src-tls-verify=false", "--override-arch", "amd64",
            $"docker://10.20.0.1:80/{Pause}", $"oci:{_directory}/copy:1");
        Assert.True(copy.Exit == 0, copy.Error);
        var lacking = await rack.Network.ExecAsync("skopeo", "inspect", "--tls-verify=false",
            "docker://10.20.0.1:80/registry.k8s.io/pause:9.9");
        Assert.Contains("manifest unknown", lacking.Error, StringComparison.Ordinal);

        await PodmanPullsAsync(rack);
        await ContainerdAsksAsync(rack);
    }

    [Fact]
    public async Task A_second_bundle_carries_only_what_is_new_and_damaged_ones_leave_nothing()
    {
        await using var rack = await TestRack.StartAsync();
        await ServeOutsideAsync(rack);
        await CreateAsync(rack);
        var damaged = Path.Combine(_directory, "damaged.tar");
        var bytes = await File.ReadAllBytesAsync(Bundle);
        await File.WriteAllBytesAsync(damaged, bytes[..(bytes.Length * 2 / 3)]);
        Assert.Contains("the bundle is truncated", await RefusedAsync(rack, damaged), StringComparison.Ordinal);
        bytes[bytes.AsSpan().IndexOf("an initramfs"u8)] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);
        Assert.Contains("nothing was imported", await RefusedAsync(rack, damaged), StringComparison.Ordinal);
        await File.WriteAllTextAsync(damaged, "no bundle");
        Assert.Contains("not a bundle from rackboot mirror create", await RefusedAsync(rack, damaged), StringComparison.Ordinal);

        OciLayout.Write(Path.Combine(_directory, "new"), "new");
        await PushAsync(rack, "new", "apps/new:1");
        await File.WriteAllTextAsync(Path.Combine(_directory, "more.txt"), "# ours\ndocker.io/apps/new:1\nregistry.k8s.io/pause:3.10.1\n");
        var newer = Path.Combine(_directory, "newer.tar");
        var created = await MirrorAsync(rack, "--images", Path.Combine(_directory, "more.txt"), "--base", Bundle + ".json", "--from",
            $"docker.io=http://{Outside}", "--out", newer);
        Assert.Contains("2 images, 0 boot files, 4 of 8 blobs included", created, StringComparison.Ordinal);
        Assert.Contains("import it first", await RefusedAsync(rack, newer), StringComparison.Ordinal);
        Assert.Equal(0, (await rack.RackbootAsync("mirror", "import", Bundle)).Exit);
        Assert.Equal(0, (await rack.RackbootAsync("mirror", "import", newer)).Exit);
        Assert.Equal(12, JsonDocument.Parse((await rack.RackbootAsync("mirror", "list", "-o", "json")).Output).RootElement.GetProperty(
            "items").GetArrayLength());
    }

    private async Task PodmanPullsAsync(VirtualRack rack)
    {
        var mirrors = Path.Combine(_directory, "registries.conf");
        await File.WriteAllTextAsync(mirrors,
            """
            [[registry]]
            location = "registry.k8s.io"
            [[registry.mirror]]
            location = "10.20.0.1:80/registry.k8s.io"
            insecure = true
            """);
        var policy = Path.Combine(_directory, "policy.json");
        await File.WriteAllTextAsync(policy, """{"default":[{"type":"insecureAcceptAnything"}]}""");
        var (exit, output, error) = await rack.Network.ExecAsync(
            "env", $"CONTAINERS_REGISTRIES_CONF={mirrors}", "podman", "--root", $"{_directory}/podman", "--runroot", $"{_directory}/run",
                "--storage-driver", "vfs",
            "--cgroup-manager", "cgroupfs", "--events-backend", "none", "pull", "--quiet", "--arch", "amd64", "--signature-policy", policy,
                Pause);
        Assert.True(exit == 0, output + error);
    }

    // As containerd asks a mirror (core/remotes/docker: HEAD by tag with ns, GET by digest, blobs with ranges after a break).
    private static async Task ContainerdAsksAsync(VirtualRack rack)
    {
        var (_, head, _) = await rack.Network.ExecAsync("curl", "-sI", "http://10.20.0.1/v2/pause/manifests/3.10.1?ns=registry.k8s.io");
        Assert.Contains("Content-Type: application/vnd.oci.image.index.v1+json", head, StringComparison.Ordinal);
        var digest = head.Split('\n').Single(l => l.StartsWith("Docker-Content-Digest:", StringComparison.Ordinal)).Split(": ")[1].Trim();
        var (_, index, _) = await rack.Network.ExecAsync("curl", "-s", $"http://10.20.0.1/v2/pause/manifests/{digest}?ns=registry.k8s.io");
        var child = JsonDocument.Parse(index).RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString();
        var (_, manifest, _) = await rack.Network.ExecAsync("curl", "-s",
            $"http://10.20.0.1/v2/pause/manifests/{child}?ns=registry.k8s.io");
        var layer = JsonDocument.Parse(manifest).RootElement.GetProperty("layers")[0];
        var url = $"http://10.20.0.1/v2/pause/blobs/{layer.GetProperty("digest").GetString()}?ns=registry.k8s.io";
        Assert.Equal(
            $"206 {layer.GetProperty("size").GetInt32() - 10}",
            (await rack.Network.ExecAsync("curl", "-s", "-o", "/dev/null", "-H", "Range: bytes=10-", "-w", "%{http_code} %{size_download}",
                url)).Output);
        Assert.Equal("405", (
            await rack.Network.ExecAsync("curl", "-s", "-o", "/dev/null", "-X", "DELETE", "-w", "%{http_code}", url)).Output);
        Assert.Contains("\"MANIFEST_UNKNOWN\"",
            (await rack.Network.ExecAsync("curl", "-s", "http://10.20.0.1/v2/pause/manifests/0?ns=registry.k8s.io")).Output,
            StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(VirtualRack rack, string bundle)
    {
        var (exit, _, error) = await rack.RackbootAsync("mirror", "import", bundle);
        Assert.NotEqual(0, exit);
        Assert.DoesNotContain("registry.k8s.io", (await rack.RackbootAsync("mirror", "list")).Output, StringComparison.Ordinal);
        return error;
    }

    private async Task CreateAsync(VirtualRack rack) =>
        await MirrorAsync(rack, "--talos", "v1.13.9", "--kubernetes", "v1.36.3", "--factory", $"http://{Factory}", "--out", Bundle);

    private static async Task<string> MirrorAsync(VirtualRack rack, params string[] arguments)
    {
        string[] from = ["--from", $"ghcr.io=http://{Outside}", "--from", $"registry.k8s.io=http://{Outside}", "--from",
            $"{Factory}=http://{Outside}"];
        var (exit, output, error) = await rack.Network.ExecAsync(
            [Path.Combine(TestRack.ProgramDirectory, "rackboot"), "mirror", "create", .. from, .. arguments]);
        Assert.True(exit == 0, output + error);
        return output;
    }

    // The digest of the image that stands for all.
    private async Task<string> ServeOutsideAsync(VirtualRack rack)
    {
        var configuration = Path.Combine(_directory, "registry.yml");
        await File.WriteAllTextAsync(configuration,
            $"version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {_directory}/registry }} }}\nhttp: {{ addr: "
            + $"'{Outside}' }}\n");
        var files = Directory.CreateDirectory(Path.Combine(_directory, "factory", "image", Plain, "v1.13.9")).FullName;
        await File.WriteAllTextAsync(Path.Combine(files, "kernel-amd64"), "a kernel");
        await File.WriteAllTextAsync(Path.Combine(files, "initramfs-amd64.xz"), "an initramfs");
        _processes.Add(Start(rack, "registry.log", "docker-registry", "serve", configuration));
        _processes.Add(Start(rack, "factory.log", "python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory",
            Path.Combine(_directory, "factory"), "9000"));
        await AnswersAsync(rack, $"http://{Outside}/v2/");
        await AnswersAsync(rack, $"http://{Factory}/");
        var digest = OciLayout.Write(Path.Combine(_directory, "image"), "image");
        await Task.WhenAll(Images.Select(image => PushAsync(rack, "image", image)));
        return digest;
    }

    private async Task PushAsync(VirtualRack rack, string layout, string image)
    {
        var (exit, _, error) = await rack.Network.ExecAsync("skopeo", "--insecure-policy", "copy", "--all", "--dest-tls-verify=false",
            $"oci:{_directory}/{layout}", $"docker://{Outside}/{image}");
        Assert.True(exit == 0, error);
    }

    private Process Start(VirtualRack rack, string log, params string[] command) =>
        Tool.StartInBackground(Path.Combine(_directory, log), "ip", ["netns", "exec", rack.Network.Name, .. command]);

    private static async Task AnswersAsync(VirtualRack rack, string url)
    {
        var (exit, _, error) = await rack.Network.ExecAsync("curl", "-s", "-o", "/dev/null", "--retry", "60", "--retry-connrefused",
            "--retry-delay", "1", url);
        Assert.True(exit == 0, $"{url} does not answer: {error}");
    }

    private static async Task<(int, string)> RunAsync(VirtualRack rack, string _, params string[] arguments)
    {
        var (exit, _, error) = await rack.RackbootAsync(arguments);
        return (exit, error);
    }
}
