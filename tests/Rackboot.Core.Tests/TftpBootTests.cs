using System.Net;
using System.Text;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Tests.Support;
using Rackboot.Tftp;

namespace Rackboot.Core.Tests;

public sealed class TftpBootTests
{
    private const string A = "52:54:00:00:00:0a", Ipxe = "ipxe/amd64/snponly.efi";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task Ipxe_is_served_by_its_name_in_the_asset_store()
    {
        await using var rack = Rack.Start();
        await rack.ImportAsync(Ipxe, "a boot program");
        Assert.Equal("a boot program", Read(rack, Ipxe));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("ipxe")]
    [InlineData("ipxe/")]
    [InlineData("snponly.efi")]
    [InlineData("ipxe/amd64/snponly.efi\0")]
    [InlineData("ipxe/amd64/../amd64/snponly.efi")]
    [InlineData("ipxe/../rackboot.db")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("ipxe\\amd64\\snponly.efi")]
    [InlineData("IPXE/AMD64/SNPONLY.EFI")]
    [InlineData("talos/v1.14.0/amd64/kernel")]
    [InlineData("assets/ipxe~amd64~snponly.efi")]
    [InlineData("xautoexec.ipxe")]
    public async Task Nothing_else_is_there(string name)
    {
        await using var rack = Rack.Start();
        await rack.ProfileAsync();
        await rack.ImportAsync(Ipxe, "a boot program");
        Assert.Null(Read(rack, name));
        Assert.Null(Read(rack, name + new string('x', 10_000)));
    }

    [Theory]
    [InlineData("autoexec.ipxe")]
    [InlineData("/autoexec.ipxe")]
    [InlineData("ipxe/amd64/autoexec.ipxe")]
    public async Task The_first_script_names_the_address_that_the_client_asked_at(string name)
    {
        await using var rack = Rack.Start();
        Assert.Equal(IpxeScript.Bootstrap("http://10.20.0.1"), Read(rack, name));
    }

    [Fact]
    public async Task A_file_that_is_gone_from_the_disk_is_not_there()
    {
        await using var rack = Rack.Start();
        File.Delete((await rack.ImportAsync(Ipxe, "a boot program")).File);
        Assert.Null(Read(rack, Ipxe));
    }

    [Fact]
    public async Task A_transfer_is_a_step_of_the_boot_of_the_machine_that_has_the_address()
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        rack.Tftp.Started(Request(Ipxe), 12_345); // nobody's yet
        Assert.Empty(rack.Boots.Newest());
        rack.Lease(At, node.Id, A);
        rack.Tftp.Started(Request(Ipxe), 12_345);
        rack.Tftp.Finished(Request(Ipxe), 12_345, TimeSpan.FromSeconds(1.5));
        var boot = Assert.Single(rack.Boots.Newest());
        Assert.Equal(BootStage.Program, boot.Stage);
        Assert.Equal(["fetches ipxe/amd64/snponly.efi by TFTP, 12,345 bytes", "received ipxe/amd64/snponly.efi, 12,345 bytes in 1.50 s"],
            rack.Boots.Timeline(boot.Id).Select(e => e.Text));
    }

    [Fact]
    public async Task A_transfer_that_failed_is_told_and_a_probe_for_the_size_is_only_counted()
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        rack.Lease(At, node.Id, A);
        var boot = rack.Boots.Note(node, BootStage.Firmware, "dhcp", "asks");
        rack.Tftp.Broke(Request(Ipxe), "aborted by the client", probe: true, new Rackboot.Tftp.TftpProgress(0, 12_345, 512, true));
        rack.Tftp.Failed(Request(new string('x', 500)), "no such file", probe: false);
        var entry = Assert.Single(rack.Boots.Timeline(boot.Id), e => e.Source == "tftp" && e.Level != Level.Info);
        Assert.Equal((Level.Warning, $"asked for {new string('x', 100)}… by TFTP: no such file"), (entry.Level, entry.Text));
        Assert.Equal((1, 1), (rack.Counters.Snapshot()["tftp.size probes"], rack.Counters.Snapshot()["tftp.failed"]));
    }

    private static TftpRead Request(string name) => new(name, new IPEndPoint(At, 2070), Rack.Server);

    private static string? Read(Rack rack, string name)
    {
        using var file = rack.Tftp.Open(Request(name));
        if (file is null)
            return null;
        var content = new byte[file.Length];
        return Encoding.UTF8.GetString(content, 0, file.Read(0, content));
    }
}
