using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Operating;

/// <summary>rackboot doctor on an appliance that is well, and on one that is not.</summary>
public sealed class DoctorTests
{
    private static readonly string Rackboot = Path.Combine(TestRack.ProgramDirectory, "rackboot");

    [Fact]
    public async Task It_finds_another_server_an_open_key_and_a_daemon_that_does_not_run_and_says_what_to_do()
    {
        await using var rack = await TestRack.StartAsync();
        var (exit, well) = await LookAsync(rack);
        Assert.DoesNotContain(well.Checks, c => c.Level == DoctorLevel.Error);
        // Where the clock of the host is set by nobody, or its iPXE is old, that is a warning.
        Assert.Equal(well.Checks.Any(c => c.Level == DoctorLevel.Warning) ? 6 : 0, exit);
        Assert.Contains(well.Checks, c => c.Name == "daemon" && c.Text.Contains("serves, since", StringComparison.Ordinal));
        Assert.Contains(well.Checks, c => c is { Name: "dhcp rack0", Text: "no other DHCP server answers" });
        Assert.Contains(well.Checks, c => c.Name == "disk speed" && c.Text.Contains("is durable after", StringComparison.Ordinal));
        Assert.Equal(["credentials.key", "rackboot.db"], Directory.EnumerateFiles(Data(rack)).Select(Path.GetFileName)
            .Where(n => n is "credentials.key" or "rackboot.db"
                || n!.StartsWith("doctor", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        await using var other = await ClientNamespace.CreateAsync(rack.Network, "dns", "02:00:00:00:00:02", "10.20.0.2/24");
        using var dnsmasq = other.Start(Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "dnsmasq.log"), "dnsmasq", "--no-daemon",
            "--conf-file=/dev/null", "--port=0", "--interface=eth0", "--bind-interfaces", "--dhcp-range=10.20.0.50,10.20.0.90,1h",
            "--dhcp-leasefile=/dev/null", "--no-ping", "--user=root");
        File.SetUnixFileMode(Path.Combine(Data(rack), "credentials.key"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await rack.StopDaemonAsync();
        (exit, var ill) = await LookAsync(rack);
        Assert.Equal(1, exit);
        Assert.Contains(ill.Checks, c => c is { Name: "daemon", Level: DoctorLevel.Error, Text: "rackbootd does not answer" }
            && c.Remedy!.Contains("journalctl -u rackbootd", StringComparison.Ordinal));
        Assert.Contains(ill.Checks, c => c is { Name: "dhcp rack0", Level: DoctorLevel.Error }
            && c.Text.StartsWith("10.20.0.2 gives addresses too", StringComparison.Ordinal));
        Assert.Contains(ill.Checks, c => c is { Name: "permissions", Level: DoctorLevel.Error }
            && c.Remedy == $"chmod 600 {Data(rack)}/credentials.key");

        var (_, text, _) = await RunAsync(rack);
        Assert.StartsWith("error ", text, StringComparison.Ordinal);
        Assert.Contains("         -> ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_with_errors_is_told_with_its_lines()
    {
        await using var rack = await TestRack.StartAsync();
        var configuration = Configuration(rack);
        await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(configuration)).Replace("lease: 1h", "lease: never",
            StringComparison.Ordinal));
        var (exit, report) = await LookAsync(rack);
        Assert.Equal(1, exit);
        Assert.Contains(report.Checks, c => c is { Name: "configuration", Level: DoctorLevel.Error }
            && c.Text.Contains("subnets[0].lease: \"never\" is not a time", StringComparison.Ordinal));
    }

    private static string Data(VirtualRack rack) => Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "data");

    private static string Configuration(VirtualRack rack) => Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "rackboot.yaml");

    private static Task<(int Exit, string Output, string Error)> RunAsync(VirtualRack rack, params string[] more) =>
        rack.Network.ExecAsync([Rackboot, "doctor", "--socket", rack.Socket, "--config", Configuration(rack), .. more]);

    private static async Task<(int Exit, DoctorReport Report)> LookAsync(VirtualRack rack)
    {
        var (exit, output, error) = await RunAsync(rack, "-o", "json");
        Assert.True(output.Length > 0, error);
        return (exit, JsonSerializer.Deserialize<DoctorReport>(output, RackbootClient.Reading)!);
    }
}
