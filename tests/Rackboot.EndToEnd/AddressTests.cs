using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd;

/// <summary>The boot interfaces' addresses change under a running daemon.</summary>
public sealed class AddressTests
{
    [Fact]
    public async Task A_changed_address_is_said_with_what_to_do_and_so_is_its_return()
    {
        await using var rack = await TestRack.StartAsync();
        var served = (await rack.Network.ExecAsync("ip", "-4", "-o", "address", "show", "dev", NetworkNamespace.Bridge)).Output.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0];

        await rack.Network.IpAsync("address", "add", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        var changed = await rack.EventAsync("network.changed");
        Assert.Equal("warning", changed.Level);
        Assert.Equal($"the addresses of {NetworkNamespace.Bridge} are now {served}, 10.20.0.77; this daemon goes on serving {served} "
            + "until it is restarted: systemctl restart rackbootd", changed.Text);

        await rack.Network.IpAsync("address", "delete", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        Assert.Contains(served, (await rack.EventAsync("network.restored")).Text, StringComparison.Ordinal);
    }
}
