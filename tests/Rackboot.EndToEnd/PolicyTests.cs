using Rackboot.Contracts;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd;

/// <summary>What clients get and what they are refused, with real clients in place of whole machines.</summary>
public sealed class PolicyTests
{
    private const string Mac = "52:54:00:00:02:01";
    private const string OtherMac = "52:54:00:00:02:02";
    private const string Content = "machine: { token: not-for-others }\n";

    [Fact]
    public async Task An_unknown_client_under_policy_ignore_gets_nothing()
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\nmachines: { unknown: ignore }");
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var (exit, _, _) = await host.ExecAsync("busybox", "udhcpc", "-i", "eth0", "-f", "-q", "-n", "-t", "2", "-T", "1", "-s",
            "/bin/true", "-V", "PXEClient:Arch:00007:UNDI:003016");
        Assert.NotEqual(0, exit);
        Assert.Empty(await rack.Client.GetLeasesAsync());
        Assert.Equal("discovered-525400000201", Assert.Single(await rack.Client.GetMachinesAsync()).Name);
    }

    [Fact]
    public async Task A_configuration_is_refused_to_another_machine_another_address_another_boots_token_and_after_delivery_and_grace()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await using var thief = await ClientNamespace.CreateAsync(rack.Network, "b", OtherMac);
        await DescribeAsync(rack.Client);
        Assert.Equal("10.20.0.31", await host.UdhcpcAsync());
        await thief.UdhcpcAsync();

        var url = await ScriptUrlAsync(host);
        Assert.Equal(403, (await thief.CurlAsync(url)).Status);
        Assert.Equal(403, (await host.CurlAsync(url.Replace(Mac, OtherMac, StringComparison.Ordinal))).Status);
        await thief.IpAsync("address", "add", "10.20.0.77/24", "dev", "eth0");
        Assert.Equal(403, (await thief.CurlAsync(url, "--interface", "10.20.0.77")).Status);
        Assert.Equal(403, (await host.CurlAsync("http://10.20.0.1/config/made-up")).Status);

        // The same boot asks again for its script: the first token is worth nothing any more.
        var newer = await ScriptUrlAsync(host);
        Assert.Equal(403, (await host.CurlAsync(url)).Status);
        Assert.Equal((200, Content), await host.CurlAsync(newer));
        Assert.Equal((200, Content), await host.CurlAsync(newer)); // the grace for a retry
        Assert.DoesNotContain("/config/", (await host.CurlAsync($"http://10.20.0.1/ipxe?mac={Mac}")).Body, StringComparison.Ordinal);

        var events = new List<Event>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await foreach (var e in rack.Client.WatchAsync(after: 0, limit.Token))
        {
            events.Add(e);
            if (events.Count(x => x.Kind == "config.refused") == 5 && events.Count(x => x.Kind == "config.delivered") == 2)
                break;
        }

        Assert.DoesNotContain(events, e => e.Text.Contains("not-for-others", StringComparison.Ordinal));
        Assert.DoesNotContain("not-for-others", await File.ReadAllTextAsync(rack.DaemonLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_is_refused_once_the_grace_after_its_delivery_is_over()
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet, "configGrace: 0s");
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await DescribeAsync(rack.Client);
        await host.UdhcpcAsync();
        var url = await ScriptUrlAsync(host);
        Assert.Equal(200, (await host.CurlAsync(url)).Status);

        // The client has the last byte a moment before the delivery is noted down.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await foreach (var e in rack.Client.WatchAsync(after: 0, limit.Token))
            if (e.Kind == "config.delivered")
                break;
        Assert.Equal(403, (await host.CurlAsync(url)).Status);
    }

    [Fact]
    public async Task Leases_survive_a_kill_9_with_none_lost_and_none_given_twice()
    {
        await using var rack = await TestRack.StartAsync();
        await using var one = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var address = await one.UdhcpcAsync();
        await rack.StopDaemonAsync(signal: 9);
        await rack.StartDaemonAsync();
        Assert.Equal(address, Assert.Single(await rack.Client.GetLeasesAsync()).Address);
        await using var two = await ClientNamespace.CreateAsync(rack.Network, "b", OtherMac);
        Assert.NotEqual(address, await two.UdhcpcAsync());
        Assert.Equal(address, await one.UdhcpcAsync());
    }

    [Fact]
    public async Task An_address_that_somebody_uses_without_a_lease_is_not_given()
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet.Replace("10.20.0.100-", "10.20.0.198-", StringComparison.Ordinal));
        await using var squatter = await ClientNamespace.CreateAsync(rack.Network, "s", OtherMac, "10.20.0.198/24");
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        Assert.Equal("10.20.0.199", await host.UdhcpcAsync());
        Assert.Contains(await rack.Client.GetLeasesAsync(), l => l is { Address: "10.20.0.198", State: "declined" });
    }

    private static async Task DescribeAsync(RackbootClient client)
    {
        await client.PutAssetAsync("talos/v1.0.0/amd64/kernel", new MemoryStream([1, 2, 3]));
        await client.PutAssetAsync("talos/v1.0.0/amd64/initramfs", new MemoryStream([4, 5, 6]));
        await client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.0.0" } });
        await client.PutMachineAsync(new Machine
        {
            Name = "node-01", Macs = [Mac], Profile = "default", Address = "10.20.0.31",
            MachineConfig = new MachineConfig { Content = Content },
        });
    }

    // The URL as the kernel's command line has it, with its variables as a shell would see them after Talos put the values in.
    private static async Task<string> ScriptUrlAsync(ClientNamespace host)
    {
        var (status, script) = await host.CurlAsync($"http://10.20.0.1/ipxe?mac={Mac}&platform=pcbios&buildarch=i386");
        Assert.Equal(200, status);
        Assert.DoesNotContain(
            "${uuid}", script.Split('\n').First(l => l.StartsWith("kernel", StringComparison.Ordinal)), StringComparison.Ordinal);
        var url = script.Split(' ', '\n').First(w => w.StartsWith("talos.config=", StringComparison.Ordinal))["talos.config=".Length..];
        return url.Replace("%24%7Buuid%7D", "52610b00-7ac4-4b07-8000-525400000201", StringComparison.Ordinal).Replace(
            "%24%7Bmac%7D", Mac, StringComparison.Ordinal);
    }
}
