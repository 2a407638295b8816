using System.Net.Sockets;
using System.Text;
using Rackboot.Core.Boot;
using Rackboot.Daemon.Tests.Explain;

namespace Rackboot.Daemon.Tests.BootPlane;

/// <summary>When a machine has a file that it fetched by HTTP.</summary>
public sealed class AssetTransferTests
{
    private const string A = "52:54:00:00:00:01";
    private const int Bytes = 60_000; // more than the client's buffer takes, and no more than the server's holds

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_last_acknowledgement_that_never_came_is_no_fault_once_the_system_asks_for_its_address(bool systemStarts)
    {
        await using var rack = await FaultRack.StartAsync();
        await rack.ProfileAsync(kernelBytes: Bytes);
        await rack.DescribeAsync("node-01", A, ""","profile":"default" """);
        var address = await rack.ToScriptAsync(A);
        using (var client = await rack.ConnectAsync(address))
        {
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes("GET /assets/talos/v1.14.0/amd64/kernel HTTP/1.1\r\nHost: x\r\n\r\n"),
                TestContext.Current.CancellationToken);
            await rack.UntilAsync(() => rack.Boots.Log.Newest()[0].Stage == BootStage.Kernel);
            if (systemStarts)
                rack.System(A);
            else
                client.Client.LingerState = new LingerOption(true, 0); // RST, as of a machine that knows the connection no more
            if (systemStarts)
                await rack.UntilAsync(() => Timeline(rack).Any(e => e.Kind == FactKind.FileArrived && e.About == "kernel"));
        }

        if (!systemStarts)
            await rack.UntilAsync(() => Timeline(rack).Any(e => e.Kind == FactKind.FileBroke));
        Assert.Equal(!systemStarts, Timeline(rack).Any(e => e.Kind == FactKind.FileBroke));
    }

    private static IReadOnlyList<TimelineEntry> Timeline(FaultRack rack) => rack.Boots.Log.Timeline(rack.Boots.Log.Newest()[0].Id);
}
