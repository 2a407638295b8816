using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Rackboot.Core.Events;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Checks the time servers that DHCP hands out: Talos waits for the time before it starts a cluster, and the
/// machine does not report this to an operator.</summary>
/// <param name="port">UDP port of NTP, 123.</param>
public sealed class TimeServers(ServedNetworks networks, EventLog events, TimeProvider time, int port = 123)
{
    private const int Tries = 3;
    private const int PacketBytes = 48;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, string> _told = new();

    /// <summary>Checks periodically, until cancelled; reports when a problem begins and ends.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await LookAsync(cancel).ConfigureAwait(false);
                await Task.Delay(Every, time, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    /// <summary>Checks once every subnet whose addresses this appliance assigns.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        foreach (var subnet in networks.Subnets.Where(s => s.Mode == SubnetMode.Dhcp))
            Tell(subnet.Network.ToString(), await ProblemAsync(subnet, cancel).ConfigureAwait(false));
    }

    private async Task<string?> ProblemAsync(DhcpSubnet subnet, CancellationToken cancel)
    {
        if (subnet.Ntp.Count == 0)
            return "hands out no time server, so Talos asks time.cloudflare.com; without internet no cluster starts. Name a time server: "
                + "ntp: [ADDRESS] (docs/air-gap.md)";
        var answers = await Task.WhenAll(subnet.Ntp.Select(server => AnswersAsync(server, cancel))).ConfigureAwait(false);
        return answers.Any(a => a)
            ? null : $"hands out {string.Join(", ", subnet.Ntp)} as time servers, and none answers the appliance; Talos waits for the "
            + "time (docs/air-gap.md)";
    }

    private void Tell(string subnet, string? problem)
    {
        var before = _told.GetValueOrDefault(subnet, "");
        if (before == (problem ?? ""))
            return;
        _told[subnet] = problem ?? "";
        if (problem is not null)
            events.Add("network.time", Level.Warning, null, null, $"subnet {subnet} {problem}");
        else
            events.Add("network.time", Level.Info, null, null, $"subnet {subnet}: a time server answers again");
    }

    // RFC 4330 §5: a client's request and what makes an answer to it.
    private async Task<bool> AnswersAsync(IPAddress server, CancellationToken cancel)
    {
        for (var i = 0; i < Tries; i++)
        {
            using var limit = new CancellationTokenSource(AnswerWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                await socket.ConnectAsync(new IPEndPoint(server, port), either.Token).ConfigureAwait(false);
                var request = new byte[PacketBytes];
                request[0] = 4 << 3 | 3; // version 4, client
                RandomNumberGenerator.Fill(request.AsSpan(40, 8)); // transmit timestamp: comes back as the originate timestamp
                await socket.SendAsync(request, either.Token).ConfigureAwait(false);
                var answer = new byte[512];
                var read = await socket.ReceiveAsync(answer, either.Token).ConfigureAwait(false);
                if (read >= PacketBytes && (answer[0] & 7) == 4 && answer[0] >> 6 != 3 && answer[1] is > 0 and < 16 && answer.AsSpan(24, 8)
                    .SequenceEqual(request.AsSpan(40, 8)))
                    return true;
            }
            catch (SocketException)
            {
                // Nobody listens there; it may be starting.
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // The next try.
            }
        }

        return false;
    }
}
