using System.Net;
using System.Net.Sockets;
using Rackboot.Core.Events;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

/// <summary>Whether the machines of a rack will learn what time it is.</summary>
public sealed class TimeServerTests
{
    [Fact]
    public async Task A_subnet_without_a_time_server_is_warned_of_once()
    {
        await using var rack = Rack.Start();
        var servers = new TimeServers(rack.Networks, rack.Events, TimeProvider.System);
        await servers.LookAsync(CancellationToken.None);
        await servers.LookAsync(CancellationToken.None);
        Assert.Contains("hands out no time server", Assert.Single(await ToldAsync(rack)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_server_that_answers_is_fine_and_one_that_does_not_is_named()
    {
        await using var rack = Rack.Start();
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        rack.Networks.Subnets = [Rack.Subnet with { Ntp = [IPAddress.Loopback] }];
        var servers = new TimeServers(rack.Networks, rack.Events, TimeProvider.System, ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        var answering = AnswerAsync(server, stratum: 2);
        await servers.LookAsync(CancellationToken.None);
        await answering;
        Assert.Empty(await ToldAsync(rack));

        server.Close();
        await servers.LookAsync(CancellationToken.None);
        var told = Assert.Single(await ToldAsync(rack));
        Assert.Equal((Level.Warning, true),
            (told.Level, told.Text.Contains("127.0.0.1 as time servers, and none answers", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_has_not_the_time_itself_is_none()
    {
        await using var rack = Rack.Start();
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        rack.Networks.Subnets = [Rack.Subnet with { Ntp = [IPAddress.Loopback] }];
        var answering = Task.WhenAll(AnswerAsync(server, stratum: 0, times: 3));
        await new TimeServers(rack.Networks, rack.Events, TimeProvider.System, ((IPEndPoint)server.Client.LocalEndPoint!).Port)
            .LookAsync(CancellationToken.None);
        await answering;
        Assert.Single(await ToldAsync(rack));
    }

    [Fact]
    public async Task Where_another_server_gives_the_addresses_nothing_is_said()
    {
        await using var rack = Rack.Start();
        rack.Networks.Subnets = [Rack.Subnet with { Mode = SubnetMode.Proxy }];
        await new TimeServers(rack.Networks, rack.Events, TimeProvider.System).LookAsync(CancellationToken.None);
        Assert.Empty(await ToldAsync(rack));
    }

    private static async Task<List<RackEvent>> ToldAsync(Rack rack)
    {
        await rack.SettleAsync();
        return [.. rack.EventsSoFar().Where(e => e.Kind == "network.time")];
    }

    private static async Task AnswerAsync(UdpClient server, byte stratum, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            var request = await server.ReceiveAsync();
            var answer = new byte[48];
            (answer[0], answer[1]) = (4 << 3 | 4, stratum);
            request.Buffer.AsSpan(40, 8).CopyTo(answer.AsSpan(24));
            await server.SendAsync(answer, request.RemoteEndPoint);
        }
    }
}
