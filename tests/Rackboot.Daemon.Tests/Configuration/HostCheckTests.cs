using System.Net;
using System.Net.Sockets;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Tests.Configuration;

/// <summary>What <c>rackbootd --check</c> says of this host, with sockets and directories that are really there.</summary>
public sealed class HostCheckTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-check-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Everything_that_is_wrong_with_the_file_and_the_host_is_told_in_one_pass_with_its_line()
    {
        var check = Check(
            """
            data: /etc/passwd/rackboot
            boot:
              http: many
              interfaces:
                - lo
                - nosuch0
              ipxe: /nowhere
            subnets:
              - subnet: 10.20.0.0/24
                ntp: [10.20.0.1]
              - subnet: 127.0.0.0/8
                range: 127.0.0.1-127.0.0.9
            """);
        string[] expected =
        [
            "rackboot.yaml:1: data: /etc/passwd is not a writable directory",
            "rackboot.yaml:3: boot.http: \"many\" is not a whole number",
            "rackboot.yaml:6: boot.interfaces: this host has no network interface nosuch0; it has: ",
            "rackboot.yaml:12: subnets[1].range: this host's own address 127.0.0.1 (lo) is in the range",
        ];
        var errors = check.Errors.Where(e => !e.Message.Contains(" port ", StringComparison.Ordinal))
            .ToList(); // what else runs on this host
        Assert.All(expected.Zip(errors, (e, found) => (e, Found: found.ToString())), p =>
            Assert.StartsWith(p.e, p.Found, StringComparison.Ordinal));
        Assert.Equal(expected.Length, errors.Count);
        Assert.Equal([7, 9, 11], check.Warnings.Select(w => w.Line));
        Assert.Contains("/nowhere has no iPXE binary", check.Warnings[0].Message, StringComparison.Ordinal);
        Assert.Contains("no boot interface has an address in 10.20.0.0/24", check.Warnings[1].Message, StringComparison.Ordinal);
        Assert.Contains("hands out no time server", check.Warnings[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_in_use_is_told_with_the_setting_and_the_program_that_uses_it()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var datagrams = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        datagrams.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        var (http, tftp) = (((IPEndPoint)listener.LocalEndPoint!).Port, ((IPEndPoint)datagrams.LocalEndPoint!).Port);
        var check = Check(
            $"""
            data: {_directory}
            boot:
              interfaces: [lo]
              http: {http}
              tftp: {tftp}
            management:
              https:
                listen: 127.0.0.1:{http}
              metrics: 127.0.0.1:{http}
            subnets: [subnet: 127.0.0.0/8]
            """);
        var me = $"{File.ReadAllText("/proc/self/comm").Trim()} (process {Environment.ProcessId})";
        Assert.Contains(check.Errors, e => e.Line == 4
            && e.Message == $"TCP port {http} on lo is used by {me}; stop it, or set another boot.http");
        Assert.Contains(check.Errors, e => e.Line == 8
            && e.Message == $"TCP port {http} at 127.0.0.1 is used by {me}; stop it, or set another management.https.listen");
        Assert.Contains(check.Errors, e => e.Line == 9
            && e.Message.EndsWith("or set another management.metrics", StringComparison.Ordinal));
        Assert.Contains(check.Errors, e => e.Line == 5
            && e.Message == $"UDP port {tftp} on lo is used by {me}; stop it, or set another boot.tftp");
    }

    [Fact]
    public void A_port_that_nobody_listens_on_is_free()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Assert.Empty(PortUsers.Of("/proc", ProtocolType.Tcp, port)); // bound, and not listening
        listener.Dispose();
        Assert.False(PortUsers.IsTaken(ProtocolType.Tcp, port, "lo"));
    }

    [Fact]
    public void Damaged_tables_of_the_kernel_name_nobody()
    {
        var net = Directory.CreateDirectory(Path.Combine(_directory, "net")).FullName;
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            File.WriteAllText(Path.Combine(net, "tcp"),
                "head\n" + new string([.. Enumerable.Range(0, 120).Select(_ => " :0A1b\n"[random.Next(7)])]));
            Assert.Empty(PortUsers.Of(_directory, ProtocolType.Tcp, 0x0A));
        }
    }

    private static ConfigurationCheck Check(string yaml)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, yaml);
            var check = ConfigurationFile.Check(file);
            return new ConfigurationCheck([.. check.Errors.Select(Named)], [.. check.Warnings.Select(Named)]);
        }
        finally
        {
            File.Delete(file);
        }

        static ConfigurationError Named(ConfigurationError error) => error with { File = "rackboot.yaml" };
    }
}
