using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;
using Rackboot.Talos.Events.Wire;
using Rackboot.Tests.Shared;

namespace Rackboot.Talos.Tests.Events;

public sealed class SinkConnectionTests
{
    private const string Preface = "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a";
    private const string Settings = "000000040000000000";
    private const string Head = "83" + "0f1010" + "6170706c69636174696f6e2f67727063" // POST, content-type application/grpc
        + "0420" + "2f6576656e74732e4576656e7453696e6b536572766963652f5075626c697368"; // :path

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<TalosEvent> _told = [];
    private readonly ConcurrentQueue<string> _dropped = [];
    private readonly EventSink _sink;

    public SinkConnectionTests() =>
        _sink = new((_, item) => _told.Enqueue(item), (_, reason) => _dropped.Enqueue(reason), TimeProvider.System);

    [Fact]
    public async Task An_event_in_many_small_pieces_arrives_whole()
    {
        var message = Convert.ToHexString(GrpcFrame.Write(Event("a")));
        var half = message.Length / 4 * 2;
        var bytes = Convert.FromHexString(Preface + Settings + Frame(1, 0x0, 1, Head[..40]) + Frame(9, 0x4, 1, Head[40..])
            + Frame(0, 0x8, 1, "02" + message[..half] + "0000") + Frame(0, 0x1, 1, message[half..]));
        var answer = await TalkAsync([.. bytes.Select(b => new[] { b })]);
        Assert.Equal("a", Assert.Single(_told).Id);
        Assert.Contains(Convert.ToHexString("grpc-status"u8) + "0130", answer, StringComparison.Ordinal);
        Assert.Empty(_dropped);
    }

    [Theory]
    [InlineData("474554202f20485454502f312e310d0a0d0a", 1)] // GET / HTTP/1.1
    [InlineData(Preface + "004001060000000000", 6)] // a frame longer than 16 KiB
    [InlineData(Preface + "000000010400000002", 1)] // an even stream
    [InlineData(Preface + "000001010400000001" + "be", 9)] // a header that was never sent
    [InlineData(Preface + "000000090400000001", 1)] // a continuation of nothing
    [InlineData(Preface + "000001010000000001" + "83" + "000000000100000001", 1)] // data in the middle of headers
    [InlineData(Preface + "000000000000000000", 1)] // data on the connection
    [InlineData(Preface + "000001000800000001" + "05", 1)] // data on a stream that was never opened, with more padding than data
    [InlineData(Preface + "000005060000000000" + "0000000000", 6)] // a short ping
    [InlineData(Preface + "000004080000000000" + "00000000", 1)] // room for nothing
    [InlineData(Preface + "000004080000000000" + "7fffffff", 3)] // too much room
    [InlineData(Preface + "000005040000000000" + "0000000000", 6)] // settings that end in the middle
    [InlineData(Preface + "000006040000000000" + "0004ffffffff", 3)] // a window over 2^31
    [InlineData(Preface + "000000050400000001", 1)] // a push of the client
    public async Task Whoever_breaks_the_rules_is_told_which_and_ended(string bytes, int error)
    {
        var answer = await TalkAsync([Convert.FromHexString(bytes)]);
        Assert.EndsWith($"000000{error:X2}", answer, StringComparison.Ordinal); // GOAWAY
        Assert.Equal("not HTTP/2 as it should be", Assert.Single(_dropped));
        Assert.Empty(_told);
    }

    // CVE-2019-9512, -9514, -9515, -9518, CVE-2023-44487, CVE-2024-27316: frames that cost the client nothing.
    [Theory]
    [InlineData("0000080600000000000000000000000000")]
    [InlineData("000000040000000000")]
    [InlineData("0000050200000000010000000000")]
    [InlineData("00000408000000000000000001")]
    public async Task Floods_of_empty_frames_end_the_connection(string frame)
    {
        var answer = await TalkAsync([Convert.FromHexString(Preface + string.Concat(Enumerable.Repeat(frame, 2_000)))]);
        Assert.EndsWith("0000000B", answer, StringComparison.Ordinal); // ENHANCE_YOUR_CALM
    }

    [Fact]
    public async Task Streams_that_are_begun_and_reset_end_the_connection()
    {
        var flood = string.Concat(Enumerable.Range(0, 1_000)
            .Select(i => Frame(1, 0x4, 2 * i + 1, Head) + Frame(3, 0, 2 * i + 1, "00000008")));
        var answer = await TalkAsync([Convert.FromHexString(Preface + flood)]);
        Assert.EndsWith("0000000B", answer, StringComparison.Ordinal);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Headers_without_an_end_end_the_connection()
    {
        var more = string.Concat(Enumerable.Repeat(Frame(9, 0, 1, new string('0', 8_000)), 6));
        var answer = await TalkAsync([Convert.FromHexString(Preface + Frame(1, 0, 1, Head) + more)]);
        Assert.EndsWith("0000000B", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_calls_at_once_than_announced_are_refused_alone()
    {
        var calls = string.Concat(Enumerable.Range(0, 9).Select(i => Frame(1, 0x4, 2 * i + 1, Head)));
        var answer = await TalkAsync([Convert.FromHexString(Preface + calls)]);
        Assert.EndsWith("000004030000000011" + "00000007", answer, StringComparison.Ordinal); // RST_STREAM 17, REFUSED_STREAM
    }

    [Fact]
    public async Task Another_path_and_another_content_type_are_refused()
    {
        var answer = await TalkAsync([Convert.FromHexString(Preface + Frame(1, 0x5, 1, "83" + "84" + "0f1010" + Head[8..40])
            + Frame(1, 0x5, 3, "8284"))]);
        Assert.Contains(Convert.ToHexString("grpc-status"u8) + "023132", answer, StringComparison.Ordinal); // UNIMPLEMENTED
        Assert.EndsWith("0803" + Convert.ToHexString("415"u8), answer, StringComparison.Ordinal);
        Assert.Equal(["another method", "not gRPC"], _dropped);
    }

    [Fact]
    public async Task Random_frames_never_throw()
    {
        var random = new Random(9113);
        var seed = Convert.FromHexString(
            Settings + Frame(1, 0x4, 1, Head) + Frame(0, 0x1, 1, Convert.ToHexString(GrpcFrame.Write(Event("a")))));
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = seed.ToArray();
            for (var n = random.Next(5); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = random.Next(bytes.Length);
            await TalkAsync([Convert.FromHexString(Preface), bytes[..cut], bytes[cut..]]);
        }

        Assert.NotEmpty(_told);
        Assert.NotEmpty(_dropped);
    }

    [Fact]
    public async Task A_call_that_does_not_go_on_is_ended()
    {
        var clock = new TickingClock();
        var transport = new Wire();
        var aborted = false;
        var running = new SinkConnection(transport, IPAddress.Loopback, _sink, _ => { }, () => aborted = true, clock)
            .RunAsync(CancellationToken.None);
        await transport.ToServer.Writer.WriteAsync(
            Convert.FromHexString(Preface + Frame(1, 0x4, 1, Head) + "0000080600000000000000000000000000"));
        for (var told = ""; !told.Contains("060100000000", StringComparison.Ordinal);)
        {
            // The ping behind the call is answered, so the call was taken.
            var read = await transport.ToClient.Reader.ReadAsync().AsTask().WaitAsync(Limit);
            told += Convert.ToHexString(read.Buffer.ToArray());
            transport.ToClient.Reader.AdvanceTo(read.Buffer.End);
        }

        clock.Pass(TimeSpan.FromSeconds(9));
        Assert.False(aborted);
        clock.Pass(TimeSpan.FromSeconds(2));
        Assert.True(aborted);
        Assert.Equal("too slow", Assert.Single(_dropped));
        await transport.ToServer.Writer.CompleteAsync();
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task Curl_publishes_an_event()
    {
        await using var server = await SinkServer.StartAsync(_sink);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, GrpcFrame.Write(Event("a")));
        var told = await RunAsync(
            "curl", "-sS", "-i", "--max-time", "30", "--http2-prior-knowledge", "-H", "content-type: application/grpc", "--data-binary",
            $"@{file}", new Uri(server.Address, EventSink.Path).ToString());
        File.Delete(file);
        Assert.Contains("grpc-status: 0", told, StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(_told).Id);
    }

    // gRPC's own library in C, as Debian has it, by its Python module: its headers are coded, and its window and pings are its own.
    [Fact]
    public async Task The_client_of_grpc_publishes_short_and_long_events_one_by_one_and_at_once()
    {
        const string Script = """
            import base64, sys
            try:
                import grpc
            except ImportError:
                sys.exit(77)
            event = base64.b64decode(sys.argv[2])
            call = grpc.insecure_channel(sys.argv[1]).unary_unary('/events.EventSinkService/Publish')
            for i in range(100):
                assert call(event + b'\x1a' + bytes([2]) + b'%02d' % i, timeout=30) == b''
            assert call(event + b'\xaa\x06' + bytes([0x80, 0x80, 0x38]) + bytes(917504), timeout=30) == b''
            for answer in [call.future(event, timeout=30) for i in range(100)]:
                assert answer.result() == b''
            try:
                call(b'\xff\xff', timeout=30)
            except grpc.RpcError as e:
                print(e.code())
            """;
        await using var server = await SinkServer.StartAsync(_sink);
        var told = await RunAsync("/usr/bin/python3", "-c", Script, server.Address.Authority,
            Convert.ToBase64String(new EventRequest { Data = Event("").Data }.ToByteArray()));
        Assert.SkipWhen(told is "77", "python3-grpcio is not installed: tests/install-packages");
        Assert.Equal("StatusCode.INVALID_ARGUMENT", told.Trim());
        Assert.Equal(201, _told.Count);
    }

    // Everything that the server says to these pieces, after which the client says no more.
    private async Task<string> TalkAsync(IEnumerable<byte[]> pieces)
    {
        var transport = new Wire();
        var running = new SinkConnection(transport, IPAddress.Loopback, _sink, _ => { }, () => { }, TimeProvider.System)
            .RunAsync(CancellationToken.None);
        foreach (var piece in pieces)
            if ((await transport.ToServer.Writer.WriteAsync(piece).AsTask().WaitAsync(Limit)).IsCompleted)
                break;
        await transport.ToServer.Writer.CompleteAsync();
        await running.WaitAsync(Limit);
        await transport.ToClient.Writer.CompleteAsync();
        return Convert.ToHexString((await transport.ToClient.Reader.ReadAtLeastAsync(int.MaxValue)).Buffer.ToArray());
    }

    private static async Task<string> RunAsync(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
        var told = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit * 2);
        await process.WaitForExitAsync();
        return process.ExitCode == 77 ? "77" : told;
    }

    private static string Frame(int type, int flags, int stream, string payload) =>
        $"{payload.Length / 2:X6}{type:X2}{flags:X2}{stream:X8}{payload}";

    private static EventRequest Event(string id) => new()
    {
        Id = id,
        Data = new Any { TypeUrl = "type.googleapis.com/machine.PhaseEvent", Value = new PhaseEvent { Phase = "config" }.ToByteString() },
    };

    private sealed class Wire : IDuplexPipe
    {
        public Pipe ToServer { get; } = new();

        public Pipe ToClient { get; } = new(new PipeOptions(pauseWriterThreshold: 0));

        PipeReader IDuplexPipe.Input => ToServer.Reader;

        PipeWriter IDuplexPipe.Output => ToClient.Writer;
    }

    private sealed class TickingClock : TimeProvider
    {
        private Action? _tick;
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick = () => callback(state);
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Pass(TimeSpan time)
        {
            Interlocked.Add(ref _now, time.Ticks);
            _tick!();
        }
    }
}
