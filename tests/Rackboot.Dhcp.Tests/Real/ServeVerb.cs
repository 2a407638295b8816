using System.Net;
using System.Runtime.InteropServices;

namespace Rackboot.Dhcp.Tests.Real;

/// <summary><c>serve INTERFACE[,INTERFACE] LEASES PROBE LEASE-SECONDS SUBNET…</c>, a subnet being <c>NETWORK=MODE=FIRST-LAST</c>; LEASES is
/// a file, or <c>-</c> for none. Says on standard output when it is ready, and then every answer, unless RACKBOOT_QUIET is set.</summary>
internal static class ServeVerb
{
    public static async Task<int> RunAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        var options = new DhcpServerOptions
        {
            Interfaces = args[0].Split(','),
            ConflictProbe = Enum.Parse<ConflictProbe>(args[2]),
            ProbeTimeout = TimeSpan.FromMilliseconds(200),
            Subnets = [.. args[4..].Select(s => Subnet(s, int.Parse(args[3])))],
        };
        ILeaseStore store = args[1] == "-" ? new MemoryStore() : new FileStore(args[1]);
        var quiet = Environment.GetEnvironmentVariable("RACKBOOT_QUIET") is not null;
        var policy = new FakePolicy { ForOthers = new DhcpDecision { Boot = quiet ? null : new DhcpBootFile("boot.file") } };
        var server = new DhcpServer(options, policy, store, quiet ? new QuietObserver() : new ConsoleObserver(), TimeProvider.System);
        var run = server.RunAsync(stop.Token);
        await server.Ready;
        Console.WriteLine("ready");
        await run;
        Console.WriteLine("stopped");
        return 0;
    }

    private static DhcpSubnet Subnet(string text, int leaseSeconds) => text.Split('=') switch
    {
        [var network, var mode, var range] => new DhcpSubnet
        {
            Network = IPNetwork.Parse(network),
            Mode = Enum.Parse<SubnetMode>(mode),
            Range = new AddressRange(IPAddress.Parse(range.Split('-')[0]), IPAddress.Parse(range.Split('-')[1])),
            Router = IPAddress.Parse(network.Split('/')[0][..^1] + "254"),
            Dns = [IPAddress.Parse("192.0.2.53")],
            Domain = "rack.example",
            LeaseTime = TimeSpan.FromSeconds(leaseSeconds),
        },
        _ => throw new FormatException(text),
    };

    private sealed class ConsoleObserver : IDhcpObserver
    {
        public void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile) =>
            Console.WriteLine($"{client.MessageType} {answer} {address} {client.HardwareAddress} {bootFile} relay={client.Relay} "
                + $"circuit={Convert.ToHexStringLower(client.CircuitId.Span)}");

        public void Ignored(DhcpClient client, string reason) => Console.WriteLine($"{client.MessageType} ignored: {reason}");

        public void Dropped(EndPoint source, string reason) => Console.WriteLine($"dropped: {reason}");

        public void OtherServerChosen(DhcpClient client, IPAddress otherServer) =>
            Console.WriteLine($"other server {otherServer} gave {client.RequestedAddress}");

        public void LeaseChanged(Lease lease) => Console.WriteLine($"lease {lease.Address} {lease.State} {lease.Holder}");

        public void AddressConflict(IPAddress address, string reason, string? by, string? declinedBy) =>
            Console.WriteLine($"conflict {address}: {reason}");
    }

    private sealed class QuietObserver : IDhcpObserver
    {
        public void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile)
        {
        }

        public void Ignored(DhcpClient client, string reason)
        {
        }

        public void Dropped(EndPoint source, string reason)
        {
        }

        public void OtherServerChosen(DhcpClient client, IPAddress otherServer)
        {
        }

        public void LeaseChanged(Lease lease)
        {
        }

        public void AddressConflict(IPAddress address, string reason, string? by, string? declinedBy)
        {
        }
    }
}
