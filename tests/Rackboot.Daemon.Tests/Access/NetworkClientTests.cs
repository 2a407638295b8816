using System.Net.Sockets;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>What the program rackboot does over the socket, over the network.</summary>
public sealed class NetworkClientTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-net-").FullName;

    [Fact]
    public async Task Events_are_watched_over_the_network()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = RackbootClient.ForServer(appliance.Address, appliance.Fingerprint, Token(await appliance.TokenAsync(
            AccessRole.Operator, name: "ci")));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await foreach (var e in client.WatchAsync(0, patience.Token))
            if (e is { Kind: "token.created", Text: var text })
            {
                Assert.Contains("token ci made by", text, StringComparison.Ordinal);
                break;
            }
    }

    [Fact]
    public async Task A_console_is_typed_on_over_the_network_by_who_may_and_only_watched_by_others()
    {
        using var serial = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = Path.Combine(_directory, "tty");
        serial.Bind(new UnixDomainSocketEndPoint(path));
        serial.Listen();
        await using var appliance = await ServedAppliance.StartAsync();
        using var root = RackbootClient.ForSocket(appliance.Socket);
        await root.PutMachineAsync(new Machine
        {
            Name = "node-01", Macs = ["52:54:00:00:00:01"], Bmc = new MachineBmc { Driver = BmcDriver.Manual, Console = path },
        });
        using var typist = RackbootClient.ForServer(
            appliance.Address, appliance.Fingerprint, Token(await appliance.TokenAsync(AccessRole.Operator, secrets: true, name: "desk")));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await using (var console = await typist.OpenConsoleAsync("node-01", watch: false, patience.Token))
        {
            using var machine = await serial.AcceptAsync(patience.Token);
            await machine.SendAsync("login: "u8.ToArray(), patience.Token);
            var shown = "";
            while (!shown.Contains("login: ", StringComparison.Ordinal))
                shown += Encoding.ASCII.GetString((await console.ReceiveAsync(patience.Token))!.Value.Output.Span);
            await console.TypeAsync("root\r"u8.ToArray(), patience.Token);
            var typed = new byte[5];
            for (var read = 0; read < typed.Length;)
                read += await machine.ReceiveAsync(typed.AsMemory(read), patience.Token);
            Assert.Equal("root\r", Encoding.ASCII.GetString(typed));
        }

        using var watcher = RackbootClient.ForServer(
            appliance.Address, appliance.Fingerprint, Token(await appliance.TokenAsync(AccessRole.Operator)));
        await Assert.ThrowsAsync<IOException>(() => watcher.OpenConsoleAsync("node-01", watch: false, patience.Token));
        await using var watched = await watcher.OpenConsoleAsync("node-01", watch: true, patience.Token);
        Assert.NotNull(await watched.ReceiveAsync(patience.Token));
        Assert.Contains(appliance.Audit.Newest(), e => e is { Who: "token:desk", Result: 101, Machines: ["node-01"] });
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Func<CancellationToken, ValueTask<string?>> Token(string token) => _ => new(token);
}
