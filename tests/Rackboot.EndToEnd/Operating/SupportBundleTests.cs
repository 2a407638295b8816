using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Operating;

/// <summary>A support bundle holds what helps and no secret: each is seeded where it may stand, and looked for in every byte.</summary>
public sealed class SupportBundleTests : IDisposable
{
    private const string VictimMac = "52:54:00:00:02:01";

    // One for each place that takes a secret, each its own.
    private static readonly string[] Seeds =
    [
        "seed-bmc-password", "seed-provider-token", "seed-machine-config", "seed-cluster-patch", "seed-worker-patch",
            "seed-cluster-argument",
        "seed-profile-argument", "seed-lone-argument", "seed-webhook-query", "seed-omni-token",
        "seed-provider-setting", "seed-provider-argument", "seed-proxy-user", "seed-proxy-password", "seed-written-password",
            "seed-kernel-log",
    ];

    private readonly string _directory = Directory.CreateTempSubdirectory("bundle-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task No_secret_is_in_it_and_what_helps_is()
    {
        await using var rack = await TestRack.StartAsync($"{TestRack.Subnet}\nassets:\n  proxy: "
            + $"http://seed-proxy-user:seed-proxy-password@10.0.0.1:3128\n"
            + "# the password: seed-written-password\n");
        await DescribeAsync(rack);
        await using var victim = await ClientNamespace.CreateAsync(rack.Network, "victim", VictimMac);
        await victim.UdhcpcAsync();
        await victim.CurlAsync($"http://10.20.0.1/ipxe?mac={VictimMac}");
        await victim.ExecAsync("sh", "-c",
            "printf '{\"facility\":\"user\",\"msg\":\"registry password=seed-kernel-log\",\"priority\":\"info\",\"seq\":1}\\n' | busybox "
                + "nc -w 2 10.20.0.1 4514");
        var secrets = await rack.RackbootAsync("cluster", "secrets", "prod");
        Assert.Equal(0, secrets.Exit);

        var (exit, output, error) = await rack.RackbootAsync("support-bundle", $"{_directory}/support.tar.gz", "--config",
            Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "rackboot.yaml"));
        Assert.True(exit == 0, output + error);
        Assert.Equal(["support.tar.gz"], Directory.EnumerateFiles(_directory).Select(Path.GetFileName));
        var files = await UnpackAsync($"{_directory}/support.tar.gz");

        var made = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "data", "credentials.key"));
        foreach (var (name, content) in files)
        {
            foreach (var seed in Seeds.Concat(Leaves(secrets.Output)))
                Assert.False(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(seed)) >= 0, $"{name} holds {seed}");
            Assert.True(content.AsSpan().IndexOf(made) < 0
                && content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String(made))) < 0
                && content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(made))) < 0, $"{name} holds the store's key");
        }

        // And what helps is there, under the names that people know.
        Assert.Contains("\"name\": \"victim\"", Text(files, "machines.json"), StringComparison.Ordinal);
        Assert.Contains("interfaces: [rack0]", Text(files, "rackboot.yaml"), StringComparison.Ordinal);
        Assert.Contains("console=ttyS0", Text(files, "profiles.json"), StringComparison.Ordinal);
        Assert.Contains("registry.password=(removed)", Text(files, "profiles.json"), StringComparison.Ordinal);
        Assert.Contains("\"verdict\"", Text(files, "explain/victim.json"), StringComparison.Ordinal);
        Assert.Contains("\"timeline\"", Text(files, "boots/victim.json"), StringComparison.Ordinal);
        Assert.Contains(VictimMac, Text(files, "leases.json"), StringComparison.Ordinal);
        Assert.Contains("rackboot_info", Text(files, "metrics.txt"), StringComparison.Ordinal);
        Assert.Contains("machine.armed", Text(files, "events.jsonl"), StringComparison.Ordinal);
        Assert.Contains("\"disk speed\"", Text(files, "doctor.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_it_gathers_the_rest_and_says_what_is_missing()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.StopDaemonAsync();
        var (exit, _, error) = await rack.RackbootAsync("support-bundle", $"{_directory}/support.tar.gz", "--config",
            Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "rackboot.yaml"));
        Assert.Equal(0, exit);
        Assert.Contains("warning: left out: status.json: ", error, StringComparison.Ordinal);
        var files = await UnpackAsync($"{_directory}/support.tar.gz");
        Assert.Contains("rackbootd does not answer", Text(files, "doctor.json"), StringComparison.Ordinal);
        Assert.Contains("status.json: ", Text(files, "MISSING.txt"), StringComparison.Ordinal);
    }

    private static async Task DescribeAsync(VirtualRack rack)
    {
        var api = rack.Client;
        await api.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "seed-bmc-password" });
        await api.PutCredentialAsync(new Credential { Name = "cloud", Username = "token", Password = "seed-provider-token" });
        await api.PutProfileAsync(new Profile
        {
            Name = "default", Talos = new TalosRelease { Version = "v1.14.0" },
            KernelArguments = ["console=ttyS0", "registry.password=seed-profile-argument", "seed-lone-argument"],
        });
        await api.PutProfileAsync(new Profile
        {
            Name = "omni", Talos = new TalosRelease { Version = "v1.14.0" },
            Omni = new ProfileOmni { Api = "https://omni.example.org:8090", JoinToken = new JoinToken { Content = "seed-omni-token" } },
        });
        await api.PutMachineAsync(new Machine
        {
            Name = "victim", Macs = [VictimMac], Profile = "default",
            MachineConfig = new MachineConfig { Content = "version: v1alpha1\nmachine:\n  type: worker\n  token: seed-machine-config\n" },
            Bmc = new MachineBmc { Driver = BmcDriver.Webhook, Url = "http://10.30.0.2/power?key=seed-webhook-query" },
        });
        await api.PutMachineAsync(new Machine
        {
            Name = "cp-01", Macs = ["52:54:00:00:02:02"], Labels = new Dictionary<string, string> { ["role"] = "cp" },
        });
        await api.PutAsync(ApiPaths.Clusters, "prod", """
            {"apiVersion":"v1alpha1","kind":"Cluster","name":"prod","endpoint":"https://10.20.0.50:6443","kubernetes":"v1.36.3",
             "talos":{"version":"v1.14.0","schematic":{"kernelArguments":["x.token=seed-cluster-argument"]}},
             "patches":[{"content":"machine: { sysctls: { a.b: seed-cluster-patch } }"}],
             "controlPlane":{"selector":{"role":"cp"},"patches":[{"content":"machine: { sysctls: { a.c: seed-worker-patch } }"}]}}
            """);
        await api.PutAsync(ApiPaths.Providers, "p", """
            {"apiVersion":"v1alpha1","kind":"Provider","name":"p","provider":"latitude","credential":"cloud","limits":{"machines":1},
             "settings":{"project":"seed-provider-setting"},"boot":{"kernelArguments":["y.secret=seed-provider-argument"]}}
            """);
    }

    // Everything in talosctl's secrets.yaml that is long enough to be one.
    private static IEnumerable<string> Leaves(string yaml) =>
        yaml.Split('\n').Select(l => l.Split(": ", 2)).Where(l => l.Length == 2 && l[1].Trim().Length >= 12).Select(l =>
            l[1].Trim().Trim('"'));

    private static string Text(Dictionary<string, byte[]> files, string name) =>
        Encoding.UTF8.GetString(files.TryGetValue($"support/{name}", out var content) ? content
            : throw new InvalidOperationException($"{name} is not among {string.Join(", ", files.Keys)}"));

    private static async Task<Dictionary<string, byte[]>> UnpackAsync(string path)
    {
        var files = new Dictionary<string, byte[]>();
        await using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            using var copy = new MemoryStream();
            await entry.DataStream!.CopyToAsync(copy);
            files[entry.Name] = copy.ToArray();
        }

        return files;
    }
}
