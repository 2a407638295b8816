using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Connections that are held, requests that are wrong, files that change under the daemon.</summary>
public sealed class HttpHoldersTests
{
    private const string Mac = "52:54:00:00:02:01";
    private const string Kernel = "talos/v1.0.0/amd64/kernel";
    private const int KernelBytes = 3_000_000;

    [Fact]
    public async Task A_host_that_holds_more_connections_than_it_may_loses_its_own_and_nobody_elses()
    {
        await using var rack = await StartAsync("httpConnectionsPerSource: 64");
        await using var attacker = await Attacker.JoinAsync(rack);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac, "10.20.0.40/24");
        using var flood = await attacker.FloodAsync(TimeSpan.FromSeconds(60), Kernel, "holders=200");
        await GaveWayAsync(rack, 136);

        // Others have their places, and so has who asks from that very address and fetches something.
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await host.CurlAsync($"http://10.20.0.1/assets/{Kernel}", "-o", "/dev/null")).Status);
            Assert.Equal(200, (await attacker.Host.CurlAsync($"http://10.20.0.1/assets/{Kernel}", "-o", "/dev/null")).Status);
        }

        flood.Kill(entireProcessTree: true);
    }

    [Theory]
    [InlineData("get /boot.ipxe HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n", 501)]
    [InlineData("Get /assets/" + Kernel + " HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n", 501)]
    [InlineData("GET /boot.ipxe HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: +5\\r\\n\\r\\nhello", 400)]
    [InlineData("GET /boot.ipxe HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: -5\\r\\n\\r\\nhello", 400)]
    [InlineData("GET /boot.ipxe HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: 5\\r\\n\\r\\nhello", 200)]
    public async Task Requests_are_read_as_the_standard_says(string request, int status) // RFC 9110 §9.1, RFC 9112 §6.3
    {
        await using var rack = await StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac, "10.20.0.40/24");
        var (_, answer, error) = await host.ExecAsync("python3", "-c",
            $"import socket; s=socket.create_connection(('10.20.0.1',80),10); s.sendall(b'{request}'); print(s.recv(1000).decode())");
        Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), answer + error);
    }

    [Fact]
    public async Task An_asset_that_was_changed_on_the_disk_is_not_there_and_never_half_there()
    {
        await using var rack = await StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac, "10.20.0.40/24");
        var assets = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "data", "assets");
        var file = Assert.Single(Directory.GetFiles(assets, "*", SearchOption.AllDirectories), f => new FileInfo(f).Length == KernelBytes);
        var url = $"http://10.20.0.1/assets/{Kernel}";
        Assert.Equal(206, (await host.CurlAsync(url, "-o", "/dev/null", "-r", "0-9")).Status);

        await File.AppendAllTextAsync(file, "more");
        await StatusAsync(host, url, 404, "-r", "0-9");
        Assert.Equal(404, (await host.CurlAsync(url, "-o", "/dev/null")).Status);
        File.Delete(file);
        foreach (var range in new[] { "0-9", "5-", "0-" })
            Assert.Equal(404, (await host.CurlAsync(url, "-o", "/dev/null", "-r", range)).Status);
    }

    private static async Task<VirtualRack> StartAsync(string bootSettings = "poll: 1s")
    {
        var rack = await TestRack.StartAsync(TestRack.Subnet, bootSettings);
        await rack.Client.PutAssetAsync(Kernel, new MemoryStream(new byte[KernelBytes]));
        return rack;
    }

    private static Task GaveWayAsync(VirtualRack rack, long count) => Wait.UntilAsync(
        async () => (await rack.Client.GetStatusAsync()).Counters.GetValueOrDefault("http.connections gave way") >= count,
        $"{count} connections gave way");

    // The daemon looks again at a file that it has open after a second at the latest.
    private static Task StatusAsync(ClientNamespace host, string url, int status, params string[] more) => Wait.UntilAsync(
        async () => (await host.CurlAsync(url, ["-o", "/dev/null", .. more])).Status == status, $"{url} is answered with {status}");
}
