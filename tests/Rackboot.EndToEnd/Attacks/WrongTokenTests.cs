using Rackboot.Contracts;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>A host on the management network guesses tokens as fast as it can.</summary>
public sealed class WrongTokenTests(ITestOutputHelper output)
{
    private const string Mac = "52:54:00:00:03:79";
    private const int Guesses = 60_000;

    [Fact]
    public async Task While_tokens_are_guessed_machines_boot_and_holders_of_good_ones_get_in()
    {
        await using var rack = await TestRack.StartAsync("  https: { listen: '10.20.0.1:8443' }\n" + TestRack.Subnet);
        await using (var kernel = new MemoryStream(new byte[1 << 20]))
            await rack.Client.PutAssetAsync("talos/v1.0.0/amd64/kernel", kernel);
        var (exit, token, error) = await rack.RackbootAsync("token", "create", "desk", "--role", "viewer");
        Assert.True(exit == 0, error);
        await using var attacker = await ClientNamespace.CreateAsync(rack.Network, "attacker", "02:00:00:00:00:66", "10.20.0.66/24");
        await using var desk = await ClientNamespace.CreateAsync(rack.Network, "desk", "02:00:00:00:00:67", "10.20.0.67/24");
        await using var machine = await ClientNamespace.CreateAsync(rack.Network, "machine", Mac);
        var log = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "tokens.log");
        using var flood = attacker.Start(log, "python3", Path.Combine(AppContext.BaseDirectory, "Attacks", "tokens.py"), "10.20.0.1",
            "8443", $"{Guesses}");

        await machine.UdhcpcAsync();
        var (status, script) = await machine.CurlAsync($"http://10.20.0.1/ipxe?mac={Mac}&platform=pcbios&buildarch=i386");
        Assert.Equal((200, true), (status, script.StartsWith("#!ipxe", StringComparison.Ordinal)));
        Assert.Equal(200, (await machine.CurlAsync("http://10.20.0.1/assets/talos/v1.0.0/amd64/kernel", "-o", "/dev/null")).Status);
        Assert.Equal(200, (await desk.CurlAsync($"https://10.20.0.1:8443{ApiPaths.Machines}", "-k", "-H",
            $"Authorization: Bearer {token.Trim()}")).Status);
        Assert.Single(await rack.Client.GetLeasesAsync());
        Assert.False(flood.HasExited, "the flood was over before");

        await flood.WaitForExitAsync(TestContext.Current.CancellationToken);
        var counts = (await File.ReadAllTextAsync(log)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w.Split(':')).ToDictionary(w => w[0], w => double.Parse(w[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["401", "429", "seconds"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(counts["401"] + counts["429"], Guesses, 2 * Guesses);
        output.WriteLine($"{(counts["401"] + counts["429"]) / counts["seconds"]:0} wrong tokens a second");
        Assert.Empty((await rack.Client.GetStatusAsync()).Problems);
        (exit, var verified, error) = await rack.RackbootAsync("audit", "verify");
        Assert.True(exit == 0, verified + error);
    }
}
