using Rackboot.Lab;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Operating;

/// <summary>rackboot setup where systemd runs the host: it enables and starts the service of the packages, as the user rackboot, and says
/// what becomes of it.</summary>
public sealed class SetupServiceTests : IAsyncLifetime
{
    private NetworkNamespace _network = null!;
    private SystemdHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        TestRack.SkipUnlessPossible();
        Assert.SkipUnless(SystemdHost.Lacks is null, SystemdHost.Lacks ?? "");
        _network = await NetworkNamespace.CreateAsync($"rbu{Environment.ProcessId % 10000}", "10.20.0.1/24", "10.30.0.1/24");
        _host = await SystemdHost.StartAsync(_network);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task It_starts_the_service_shows_the_fingerprint_that_clients_see_and_tells_why_the_service_fails()
    {
        var (exit, output, error) = await SetupAsync("--ntp", "10.20.0.1", "--https", "0.0.0.0:8443");
        Assert.True(exit == 0, output + error);
        Assert.Contains("rackbootd serves, now and after every start of this host.", output, StringComparison.Ordinal);
        Assert.Contains($"\n{await ShownAsync()}\n", output, StringComparison.Ordinal);
        Assert.Equal("enabled\n", (await _host.ExecAsync("systemctl", "is-enabled", "rackbootd")).Output);
        Assert.Equal("rackboot\n", (await _host.ExecAsync("sh", "-c", "ps -o user= -p $(systemctl show -P MainPID rackbootd)")).Output);
        Assert.StartsWith("rackbootd ", (await _host.ExecAsync("rackboot", "status")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _host.ExecAsync("systemctl", "reload", "rackbootd")).Exit);
        Assert.Contains("Overall exposure level for rackbootd.service: 1.", // docs/hardening.md
            (await _host.ExecAsync("systemd-analyze", "security", "rackbootd", "--no-pager")).Output, StringComparison.Ordinal);

        await _host.ExecAsync("sh", "-c", "mkdir -p /run/systemd/system/rackbootd.service.d && printf '[Service]\nExecStart=\n"
            + "ExecStart=/bin/sh -c \"echo no luck today; exit 3\"\n' >/run/systemd/system/rackbootd.service.d/luck.conf "
            + "&& systemctl daemon-reload");
        (exit, output, error) = await SetupAsync("--ntp", "10.20.0.1");
        Assert.Equal(1, exit);
        Assert.Contains("rackboot: systemctl restart rackbootd.service failed: Job for rackbootd.service failed", error,
            StringComparison.Ordinal);
        Assert.Contains("\n  no luck today\n", error, StringComparison.Ordinal);
        Assert.Contains("journalctl -u rackbootd -n 20", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Next:", output, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Error)> SetupAsync(params string[] arguments) =>
        _host.ExecAsync(["rackboot", "setup", "--interface", "rack0", "--mode", "dhcp", "--listen", "1", .. arguments]);

    private async Task<string> ShownAsync() => (await _network.ExecAsync("sh", "-c",
        "openssl s_client -connect 10.20.0.1:8443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256")).Output
        .Trim().Split('=')[^1];
}
