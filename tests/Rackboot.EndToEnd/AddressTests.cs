using Rackboot.Contracts;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd;

/// <summary>The boot interfaces' addresses change under a running daemon.</summary>
public sealed class AddressTests
{
    [Fact]
    public async Task A_changed_address_is_said_with_what_to_do_and_so_is_its_return()
    {
        await using var rack = await TestRack.StartAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var served = (await rack.Network.ExecAsync("ip", "-4", "-o", "address", "show", "dev", NetworkNamespace.Bridge)).Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0];
        await using var events = rack.Client.WatchAsync(0, patience.Token).GetAsyncEnumerator(patience.Token);

        await rack.Network.IpAsync("address", "add", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        var changed = await NextAsync(events, "network.changed");
        Assert.Equal("warning", changed.Level);
        Assert.Equal($"the addresses of {NetworkNamespace.Bridge} are now {served}, 10.20.0.77; this daemon goes on serving {served} until it is restarted: systemctl restart rackbootd", changed.Text);

        await rack.Network.IpAsync("address", "delete", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        Assert.Contains(served, (await NextAsync(events, "network.restored")).Text, StringComparison.Ordinal);
    }

    private static async Task<Event> NextAsync(IAsyncEnumerator<Event> events, string kind)
    {
        while (await events.MoveNextAsync())
            if (events.Current.Kind == kind)
                return events.Current;
        throw new InvalidOperationException($"no {kind} came");
    }
}
