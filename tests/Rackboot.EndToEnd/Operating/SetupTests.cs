using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Operating;

/// <summary>rackboot setup on a host of its own, from the interface to a daemon that serves it and nothing else.</summary>
public sealed class SetupTests : IAsyncLifetime
{
    private static readonly string Rackboot = Path.Combine(TestRack.ProgramDirectory, "rackboot");
    private static readonly string Daemon = Path.Combine(TestRack.ProgramDirectory, "rackbootd");

    private readonly string _directory = Directory.CreateTempSubdirectory("setup-").FullName;
    private NetworkNamespace _network = null!;

    private string Configuration => Path.Combine(_directory, "rackboot.yaml");

    public async ValueTask InitializeAsync()
    {
        TestRack.SkipUnlessPossible();
        _network = await NetworkNamespace.CreateAsync($"rbs{Environment.ProcessId % 10000}", "10.20.0.1/24", "10.30.0.1/24");
    }

    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
            await _network.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Without_another_server_it_configures_dhcp_on_the_one_interface_and_the_daemon_answers_there_alone()
    {
        var (exit, output, error) = await SetupAsync("--interface", "rack0", "--mode", "dhcp", "--ntp", "10.20.0.1");
        Assert.True(exit == 0, output + error);
        Assert.Contains("none answers", output, StringComparison.Ordinal);
        Assert.Contains("serves 10.20.0.0/24 on rack0 and nothing else:\nmode dhcp, addresses 10.20.0.100-10.20.0.199\n", output,
            StringComparison.Ordinal);
        Assert.Contains($"Start it: rackbootd --config {Configuration}", output, StringComparison.Ordinal);
        Assert.Contains("Next:", output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Configuration));

        await File.AppendAllTextAsync(Configuration, $"data: {_directory}/data\nmanagement:\n  socket: {_directory}/api.sock\n");
        await using var served = await ClientNamespace.CreateAsync(_network, "in", "52:54:00:00:0a:01");
        await using var other = await ClientNamespace.CreateAsync(_network, "out", "52:54:00:00:0a:02", bridge: NetworkNamespace.BmcBridge);
        using var daemon = Tool.StartInBackground(Path.Combine(_directory, "log"), "ip", "netns", "exec", _network.Name, Daemon, "--config",
            Configuration);
        await AnswersAsync();
        Assert.StartsWith("10.20.0.1", await served.UdhcpcAsync(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await other.ExecAsync("busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-q", "-n", "-t", "3", "-T", "1",
            "-s", "/bin/true")).Exit);
        await Tool.RunAsync("kill", $"{daemon.Id}");
        await daemon.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_line_of_the_page_about_installing_works()
    {
        var page = Path.Combine(TestRack.ProgramDirectory, "..", "docs", "install.md");
        var line = Assert.Single(await File.ReadAllLinesAsync(page, TestContext.Current.CancellationToken),
            l => l.StartsWith("rackboot setup --", StringComparison.Ordinal));
        var (exit, output, error) = await SetupAsync(line.Replace("eth1", "rack0", StringComparison.Ordinal).Split(' ')[2..]);
        Assert.True(exit == 0, output + error);
    }

    [Fact]
    public async Task Another_server_is_found_and_mode_dhcp_beside_it_is_refused_and_proxy_taken()
    {
        await using var other = await ClientNamespace.CreateAsync(_network, "dns", "02:00:00:00:00:02", "10.20.0.2/24");
        using var dnsmasq = other.Start(Path.Combine(_directory, "dnsmasq.log"), "dnsmasq", "--no-daemon", "--conf-file=/dev/null",
            "--port=0",
            "--interface=eth0", "--bind-interfaces", "--dhcp-range=10.20.0.50,10.20.0.90,1h", "--dhcp-leasefile=/dev/null",
            "--dhcp-boot=old/pxelinux.0", "--no-ping", "--user=root");

        var (exit, output, error) = await SetupAsync("--interface", "rack0", "--mode", "dhcp");
        Assert.True(exit == 4, output + error);
        Assert.Contains("10.20.0.2 gives addresses, boot file old/pxelinux.0", output, StringComparison.Ordinal);
        Assert.Contains("10.20.0.2 gives addresses on rack0, and two servers break each other's machines. Nothing was changed.", error,
            StringComparison.Ordinal);
        Assert.False(File.Exists(Configuration));

        Assert.Equal(2, (await SetupAsync("--interface", "rack0")).Exit);
        (exit, output, error) = await SetupAsync("--interface", "rack0", "--mode", "proxy");
        Assert.True(exit == 0, output + error);
        Assert.Contains("names the boot file old/pxelinux.0; machines may boot that", error, StringComparison.Ordinal);
        Assert.Contains("mode: proxy\nmachines:", await File.ReadAllTextAsync(Configuration), StringComparison.Ordinal);
        Assert.Equal(0, (await SetupAsync("--interface", "rack0", "--mode", "dhcp", "--despite-other-server")).Exit);
    }

    [Fact]
    public async Task An_edited_configuration_stays_and_with_force_is_kept_beside_the_new_one()
    {
        Assert.Equal(0, (await SetupAsync("--interface", "rack0", "--mode", "dhcp")).Exit);
        // Setup may change its mind about what it wrote itself.
        Assert.Equal(0, (await SetupAsync("--interface", "rack0", "--mode", "dhcp", "--range", "10.20.0.10-10.20.0.20")).Exit);
        var edited = (await File.ReadAllTextAsync(Configuration)).Replace("discover", "ignore", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Configuration, edited);

        var (exit, _, error) = await SetupAsync("--interface", "rack0", "--mode", "proxy");
        Assert.Equal(4, exit);
        Assert.Contains($"{Configuration} was edited and is unchanged", error, StringComparison.Ordinal);
        Assert.Equal(edited, await File.ReadAllTextAsync(Configuration));

        (exit, var output, _) = await SetupAsync("--interface", "rack0", "--mode", "proxy", "--force");
        Assert.Equal(0, exit);
        Assert.Contains($"kept as {Configuration}.before-setup", output, StringComparison.Ordinal);
        Assert.Equal(edited, await File.ReadAllTextAsync(Configuration + ".before-setup"));
        Assert.Equal(["rackboot.yaml", "rackboot.yaml.before-setup"],
            Directory.EnumerateFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_daemon_would_refuse_is_not_written()
    {
        var (exit, _, error) = await SetupAsync("--interface", "rack0", "--mode", "dhcp", "--range", "10.20.1.5-10.20.1.9");
        Assert.Equal(2, exit);
        Assert.Contains($"{Configuration}:", error, StringComparison.Ordinal);
        Assert.Contains("range start 10.20.1.5 is outside the subnet 10.20.0.0/24", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory));

        (exit, _, error) = await SetupAsync("--interface", "rack0", "--mode", "dhcp", "--https", "8443");
        Assert.Equal(2, exit);
        Assert.Contains("\"8443\" is not an address and a port; write it like 0.0.0.0:8443", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory));

        (exit, _, error) = await SetupAsync("--interface", "switch1", "--mode", "dhcp");
        Assert.Equal(2, exit);
        Assert.Contains("switch1 has no IPv4 address", error, StringComparison.Ordinal);
        (exit, _, error) = await SetupAsync("--interface", "eth7", "--mode", "dhcp");
        Assert.Equal(2, exit);
        Assert.Contains("no network interface eth7; it has ", error, StringComparison.Ordinal);
        Assert.Contains("rack0 (10.20.0.1/24)", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_it_asks_and_what_is_only_confirmed_is_what_it_suggests()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script(1) of bsdutils is missing");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/script",
            ["-qec", $"ip netns exec {_network.Name} {Rackboot} setup --listen 1 --config {Configuration}", "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync("rack0\n\n10.20.0.50-10.20.0.60\n10.20.0.1\n0.0.0.0:8443\n");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, await output);
        var text = await File.ReadAllTextAsync(Configuration);
        Assert.Contains("mode: dhcp\n    range: 10.20.0.50-10.20.0.60\n    ntp: [10.20.0.1]\n", text, StringComparison.Ordinal);
        Assert.Contains("management:\n  https:\n    listen: \"0.0.0.0:8443\"", text, StringComparison.Ordinal);
        Assert.Contains("once it runs: rackboot certificate", await output, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Error)> SetupAsync(params string[] arguments) =>
        _network.ExecAsync([Rackboot, "setup", "--config", Configuration, "--listen", "3", .. arguments]);

    private async Task AnswersAsync()
    {
        using var client = RackbootClient.ForSocket(Path.Combine(_directory, "api.sock"));
        await Wait.UntilAsync(async () =>
        {
            try
            {
                await client.GetStatusAsync();
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "the daemon answers");
    }
}
