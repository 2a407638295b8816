using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Tests.Shared;

namespace Rackboot.Dhcp.Tests;

/// <summary>Whatever comes in, the server neither throws nor breaks its promises.</summary>
public class PropertyTests
{
    private const int Inputs = 200_000;

    private static readonly byte[][] Seeds =
    [
        new ClientPacket(DhcpMessageType.Discover).Pxe().ClientId(1, 2, 3).Requesting("10.0.0.101")
            .With(DhcpOption.HostName, "node").Build(),
        new ClientPacket(DhcpMessageType.Discover, ClientPacket.Mac2).Http().With(DhcpOption.UserClass, [4, .. "iPXE"u8])
            .With(DhcpOption.MaximumMessageSize, 5, 0xc0).Build(),
        new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.100").From(ServerUnderTest.Address)
            .Asking(DhcpOption.Router, DhcpOption.BootFileName).Build(),
        new ClientPacket(DhcpMessageType.Request, ClientPacket.Mac2).Using("10.0.0.101").Build(),
        new ClientPacket(DhcpMessageType.Request).Relayed("10.0.0.2")
            .With(DhcpOption.RelayAgentInformation, 1, 2, 3, 4, 5, 4, 10, 0, 0, 0, 11, 4, 10, 0, 0, 9).Build(),
        new ClientPacket(DhcpMessageType.Discover).With(DhcpOption.Overload, 3).Field(108, 12, 1, 65, 255)
            .Field(44, 60, 1, 65, 255).Build(),
        new ClientPacket(DhcpMessageType.Inform).Using("10.0.0.60").Build(),
        new ClientPacket(DhcpMessageType.Decline).Requesting("10.0.0.100").From(ServerUnderTest.Address).Build(),
        new ClientPacket(DhcpMessageType.Release).Using("10.0.0.100").From(ServerUnderTest.Address).Build(),
    ];

    // The options begin after 240 bytes.
    private static readonly Gen<byte[]> Hostile = HostileBytes.From(Seeds, head: 240, rest: 236);

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(Inputs).WithQuietOnSuccess(true);

    [Fact]
    public void The_parser_takes_any_bytes()
    {
        var message = new DhcpMessage();
        Check.One(Many, Prop.ForAll(Hostile.ToArbitrary(), packet =>
        {
            var good = DhcpMessage.TryParse(packet, message, out var error);
            if (good != error is null)
                return false;
            for (var code = 0; good && code < 256; code++)
                if (message.Option((DhcpOption)code).Length > packet.Length)
                    return false;
            return !good || message.HardwareAddress.Length <= 16 && message.File.Length <= 128 && message.ServerName.Length <= 64;
        }));
    }

    [Fact]
    public void The_server_takes_any_bytes_and_answers_with_sound_messages()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.0.0.100", "10.0.0.199"),
            policy: new FakePolicy { ForOthers = new DhcpDecision { Boot = new DhcpBootFile("boot"), HostName = "host" } });
        server.Policy.Know("machine:one", "10.0.0.21", ClientPacket.Mac1);
        var answers = 0;
        Check.One(Many, Prop.ForAll(Hostile.ToArbitrary(), packet =>
        {
            server.Observer.Reasons.Clear();
            server.Time.Advance(TimeSpan.FromSeconds(10));
            var before = packet.ToArray();
            var outcome = server.Handle(packet, proxyPort: packet.Length % 7 == 0);
            if (outcome.Reply is { } reply)
            {
                answers++;
                var answer = new Answer(reply);
                Assert.InRange(answer.Length, 300, 1472);
                Assert.True(answer.Message.YourAddress == 0 || server.Policy.MayHave(answer.Yours, reply.Client));
            }

            return packet.AsSpan().SequenceEqual(before) && server.Leases.Count <= 101;
        }));
        Assert.True(answers > Inputs / 10, $"only {answers} answers: the inputs miss the point");
    }

    private enum Act
    {
        Lease,
        LeaseOther,
        Renew,
        Reboot,
        Release,
        Decline,
        Know,
        Forget,
        Wait,
        WaitLong,
        Restart,
    }

    /// <summary>A life of a server with six clients, two of them in one machine, four addresses and two reservations, checked after every
    /// step.</summary>
    [Fact]
    public void No_address_is_ever_promised_to_two_holders()
    {
        var steps = Gen.ListOf(Gen.Choose(0, int.MaxValue), 40).ToArbitrary();
        Check.One(Many.WithMaxTest(10_000), Prop.ForAll(steps, list => new Life().Runs(list)));
    }

    private sealed class Life
    {
        private readonly ManualTime _time = new();
        private readonly FakePolicy _policy = new();
        private readonly MemoryStore _store = new();

        // What clients were promised: holder and end by address.
        private readonly Dictionary<string, (string Client, DateTimeOffset Until)> _promised = [];
        private readonly Dictionary<string, string> _has = [];
        private readonly List<string> _story = [];
        private ServerUnderTest _server;

        public Life() => _server = new ServerUnderTest(policy: _policy, store: _store, time: _time);

        public bool Runs(IEnumerable<int> steps)
        {
            foreach (var step in steps)
                Do((Act)(step % 11), step / 11 % 6, step / 66 % 4);
            return true;
        }

        private void Do(Act act, int client, int address)
        {
            var mac = ClientPacket.Mac(client);
            var ip = $"10.0.0.{100 + address}";
            _story.Add($"{act} {mac[^2..]} {ip}");
            switch (act)
            {
                case Act.Lease:
                    Promised(mac, _server.Lease(mac));
                    break;
                case Act.LeaseOther:
                    Promised(mac, _server.Lease(mac, wish: ip));
                    break;
                case Act.Renew when _has.TryGetValue(mac, out var own):
                    Answered(mac, own, _server.Renew(own, mac));
                    break;
                case Act.Reboot:
                    Answered(mac, ip, _server.InitReboot(ip, mac));
                    break;
                case Act.Release when _has.Remove(mac, out var own):
                    _server.Release(own, mac);
                    _promised.Remove(own);
                    break;
                case Act.Decline when _has.Remove(mac, out var own):
                    _server.Decline(own, mac);
                    _promised.Remove(own);
                    break;
                case Act.Know:
                    _policy.Know($"machine:{Math.Min(client, 4)}", client < 2 ? ip : null, mac);
                    foreach (var other in _policy.Machines
                        .Where(m => m.Key != mac && ip.Equals(m.Value.ReservedAddress?.ToString(), StringComparison.Ordinal)).ToList())
                        _policy.Machines.Remove(other.Key);
                    break;
                case Act.Forget:
                    _policy.Machines.Remove(mac);
                    break;
                case Act.Wait:
                    _time.Advance(TimeSpan.FromMinutes(20));
                    break;
                case Act.WaitLong:
                    _time.Advance(TimeSpan.FromMinutes(70));
                    break;
                case Act.Restart:
                    _server = new ServerUnderTest(policy: _policy, store: _store, time: _time);
                    break;
            }
        }

        private void Answered(string mac, string address, Answer? answer)
        {
            if (answer?.Type == DhcpMessageType.Ack)
                Promised(mac, address);
            else if (answer?.Type == DhcpMessageType.Nak && _has.Remove(mac, out var lost))
                _promised.Remove(lost);
        }

        private void Promised(string mac, string? address)
        {
            if (address is null)
                return;
            if (_promised.TryGetValue(address, out var former) && former.Client != mac && former.Until > _time.GetUtcNow())
                Assert.Fail($"{address} is {former.Client}'s until {former.Until:t}, and at {_time.GetUtcNow():t} {mac} got it too: "
                    + $"{string.Join(", ", _story)}");
            Assert.True(
                _policy.ReservedFor(IPAddress.Parse(address)) is not { } owner || owner == _policy.Machines.GetValueOrDefault(mac)?.Holder,
                "reserved for another");
            var stored = _store.Load().Single(l => l.Address.ToString() == address);
            Assert.Equal(
                (LeaseState.Bound, mac, _time.GetUtcNow() + TimeSpan.FromHours(1)), (stored.State, stored.HardwareAddress, stored.Expires));
            if (_has.Remove(mac, out var old) && old != address)
                _promised.Remove(old);
            _has[mac] = address;
            _promised[address] = (mac, stored.Expires);
        }
    }
}
