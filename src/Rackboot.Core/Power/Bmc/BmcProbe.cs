using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rackboot.Ipmi;
using Rackboot.Redfish;

namespace Rackboot.Core.Power.Bmc;

/// <summary>Looks for BMCs in a network: an RMCP ping, and the root that a Redfish service shows to anybody.</summary>
public sealed class BmcProbe(TimeProvider time, int redfishPort = 443, int ipmiPort = 623)
{
    /// <summary>The largest network that is probed.</summary>
    public const int LeastPrefix = 16;

    private const int Parallel = 256;

    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    private static readonly IpmiTimeouts Ping = IpmiTimeouts.Default with { First = TimeSpan.FromSeconds(0.5), Attempts = 2 };

    /// <summary>What is wrong with probing <paramref name="text"/>; null if nothing.</summary>
    public static string? Mistake(string? text, out IPNetwork network)
    {
        network = default;
        if (text is null || !IPNetwork.TryParse(text.Contains('/', StringComparison.Ordinal) ? text : text + "/32", out network)
            || network.BaseAddress.AddressFamily != AddressFamily.InterNetwork)
            return $"\"{text}\" is not an IPv4 network; allowed: a network address and a prefix length, like 10.30.0.0/24";
        return network.PrefixLength < LeastPrefix
            ? $"{network} has more than 65,536 addresses; probe a part of it, at most a /{LeastPrefix}"
            : null;
    }

    /// <summary>Probes every address that a host can have.</summary>
    /// <returns>Each BMC as it is found; null now and then with how many were asked so far.</returns>
    public async IAsyncEnumerable<(int Asked, int Total, BmcFound? Found)> RunAsync(
        IPNetwork network, [EnumeratorCancellation] CancellationToken cancel)
    {
        var addresses = Addresses(network).ToList();
        var found = Channel.CreateUnbounded<(int, int, BmcFound?)>();
        var asked = 0;
        var running = Task.Run(async () =>
        {
            using var socket = new IpmiSocket(time);
            await System.Threading.Tasks.Parallel.ForEachAsync(addresses,
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (address, stop) =>
            {
                var bmc = await AskAsync(socket, address, stop).ConfigureAwait(false);
                var count = Interlocked.Increment(ref asked);
                if (bmc is not null || count % 64 == 0 || count == addresses.Count)
                    found.Writer.TryWrite((count, addresses.Count, bmc));
            }).ConfigureAwait(false);
        }, CancellationToken.None);
        _ = running.ContinueWith(t => found.Writer.TryComplete(t.Exception?.InnerException), TaskScheduler.Default);
        await foreach (var step in found.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            yield return step;
    }

    private async Task<BmcFound?> AskAsync(IpmiSocket socket, IPAddress address, CancellationToken cancel)
    {
        var pinging = socket.PingAsync(new IPEndPoint(address, ipmiPort), Ping, cancel);
        var redfish = await RedfishAsync(address, cancel).ConfigureAwait(false);
        var ipmi = await pinging.ConfigureAwait(false) is { SpeaksIpmi: true };
        return ipmi || redfish is not null ? new BmcFound(
            address.ToString(), ipmi, redfish?.RedfishVersion, redfish?.Vendor, redfish?.Product, redfish?.Uuid) : null;
    }

    private async Task<RedfishRoot?> RedfishAsync(IPAddress address, CancellationToken cancel)
    {
        if (!await ListensAsync(address, cancel).ConfigureAwait(false))
            return null;
        await using var service = new RedfishService(new RedfishOptions
        {
            Address = new UriBuilder("https", address.ToString(), redfishPort).Uri,
            Credential = new RedfishCredential("", ""),
            Trust = RedfishTrust.FirstUse(),
            RequestTimeout = Answer,
            BusyLimit = TimeSpan.Zero,
        }, time);
        try
        {
            var root = await service.ReadRootAsync(cancel).ConfigureAwait(false);
            return root.RedfishVersion is null ? null : root;
        }
        catch (RedfishException)
        {
            return null;
        }
    }

    // Most addresses have nothing there, and a TCP connection says so soonest.
    private async Task<bool> ListensAsync(IPAddress address, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await tcp.ConnectAsync(new IPEndPoint(address, redfishPort), either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static IEnumerable<IPAddress> Addresses(IPNetwork network)
    {
        var first = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
        var count = 1u << (32 - network.PrefixLength);
        // The network's own address and its broadcast are nobody's, where there are such.
        for (var i = count > 2 ? 1u : 0; i < (count > 2 ? count - 1 : count); i++)
        {
            var bytes = new byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, first + i);
            yield return new IPAddress(bytes);
        }
    }
}
