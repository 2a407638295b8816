using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Core.Diagnosis;
using Rackboot.Fuzzing.Engine;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;
using Rackboot.Talos.Events.Wire;
using Rackboot.Talos.Http2;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>What Talos nodes, or somebody in their place, send: kernel logs, events over HTTP/2, answers of their API.</summary>
internal static class Talos
{
    private const string Preface = "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a" + "000000040000000000";
    private const string Head = "00003a010400000001" + "83" + "0f1010" + "6170706c69636174696f6e2f67727063" + "0420"
        + "2f6576656e74732e4576656e7453696e6b536572766963652f5075626c697368";

    private static readonly byte[][] Events =
    [
        .. new IMessage[]
        {
            new SequenceEvent { Sequence = "boot", Action = 1 }, new PhaseEvent { Phase = "p", Action = 1 },
            new ConfigErrorEvent { Error = "no" }, new AddressEvent { Hostname = "h", Addresses = { "10.0.0.1" } },
        }.Select(e => new EventRequest
        {
            Id = "a", ActorId = "b",
            Data = new Any { TypeUrl = $"type.googleapis.com/machine.{e.GetType().Name}", Value = e.ToByteString() },
        }.ToByteArray()),
    ];

    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("kernel-log-line", "Rackboot.Talos", Line)
        {
            Seeds = Texts(
                """{"clock":1,"facility":"kern","msg":"a \u00e9\ud83d\ude00","seq":3,"talos-level":"info","x":{"y":[]}}"""),
        },
        new("kernel-log-stream", "Rackboot.Talos", Stream)
        {
            Seeds = [Conversation("{\"msg\":\"a\"}\n{\"ms"u8.ToArray(), "g\":\"b\"}\n"u8.ToArray(), "\n"u8.ToArray())],
        },
        new("event-connection", "Rackboot.Talos", Connection)
        {
            Seeds = [Connected(Events[0]), Connected(Events[3]), Convert.FromHexString(Preface + "0000080600000000000000000000000000"),
                Convert.FromHexString(Preface + "000004080000000000" + "00000001" + "000006040000000000" + "00040000ffff")],
        },
        new("event", "Rackboot.Talos", Event) { Seeds = Events },
        new("http2-headers", "Rackboot.Talos", Headers)
        {
            Seeds = Hex("828684410f7777772e6578616d706c652e636f6d", "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
        },
        new("grpc-answer", "Rackboot.Talos", Answer)
        {
            Refusals = [typeof(TalosApiException)],
            Seeds = [[0, 0, 0, 0, 3, 10, 1, 65], [0, .. "grpc-status: 5\ngrpc-message: a%20b\n\0"u8, 0, 0, 0, 0, 0],
                [0, 0, 0, 0, 12, .. Convert.FromHexString("0affffffff0712808efbfe04")]], // lengths that add up to less than nothing
        },
        new("machine-status", "Rackboot.Talos", Status)
        {
            Seeds = Texts("stage: running\nstatus:\n  ready: false\n  unmetConditions:\n    - name: services\n      reason: etcd\n"),
        },
    ];

    private static byte[] Connected(byte[] message)
    {
        byte[] body = [0, 0, 0, 0, (byte)message.Length, .. message];
        return [.. Convert.FromHexString(Preface + Head), 0, 0, (byte)body.Length, 0, 1, 0, 0, 0, 1, .. body];
    }

    private static void Line(byte[] input)
    {
        if (!KernelLogMessage.TryParse(input, out var message, out var error))
            Promise(error is not null, "a reason");
        else if (TalosMessages.MayMean(message.Text))
            TalosMessages.Find(message.Text);
    }

    private static void Stream(byte[] input)
    {
        var connection = new KernelLogConnection(null!, Somebody, 1); // has no socket to dispose
        var messages = new List<KernelLogMessage>();
        var room = new char[70_000];
        foreach (var piece in Pieces(input))
            if (!connection.Take(piece, room, messages, (_, _) => { }))
                return;
        Promise(messages.Count <= input.Length, "no more messages than bytes");
    }

    private static void Connection(byte[] input)
    {
        var heard = 0;
        var sink = new EventSink((_, _) => heard++, (_, _) => { }, TimeProvider.System);
        using var request = new MemoryStream(input);
        using var answer = new MemoryStream();
        var pipe = new Duplex(PipeReader.Create(request), PipeWriter.Create(answer));
        new SinkConnection(pipe, Somebody, sink, _ => { }, () => { }, TimeProvider.System).RunAsync(default).GetAwaiter().GetResult();
        Promise(answer.Length <= 1024 + 64L * input.Length && heard <= input.Length, "an answer is no longer than its question deserves");
    }

    private static void Event(byte[] input)
    {
        var sink = new EventSink((_, _) => { }, (_, _) => { }, TimeProvider.System);
        sink.Publish(Somebody, input);
        sink.Publish(Somebody, [0, 0, 0, (byte)(input.Length >> 8), (byte)input.Length, .. input]);
    }

    private static void Headers(byte[] input)
    {
        var (table, room) = (new HeaderTable(), new byte[512]);
        foreach (var block in new[] { input[..(input.Length / 2)], input[(input.Length / 2)..], input })
        {
            var reader = new HeaderReader(table, block, room);
            while (reader.TryNext(out var name, out var value))
                Promise(name.Length + value.Length <= 2 * HeaderTable.MostBytes, "a field is no longer than the room");
        }
    }

    // What comes before a zero byte are lines of the head, "name: value"; what follows is the body.
    private static void Answer(byte[] input)
    {
        var end = input.Length > 0 && input[0] == 0 ? input.AsSpan(1).IndexOf((byte)0) + 1 : 0;
        var head = end > 0 ? Text(input[1..end]).Split('\n') : [];
        using var channel = new GrpcChannel(new Uri("http://node"), new Tape(head, input[(end > 0 ? end + 1 : 0)..]), TimeProvider.System);
        channel.UnaryAsync("/machine.MachineService/Version", new Empty(), EventRequest.Parser, default!, default).GetAwaiter().GetResult();
    }

    private static void Status(byte[] input) => StateCalls.ReadMachineStatus(Text(input));

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Tape(string[] head, byte[] body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body), RequestMessage = request };
            response.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
            foreach (var line in head)
                if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
                    response.TrailingHeaders.TryAddWithoutValidation(line[..colon].Trim(), line[(colon + 2)..]);
            return Task.FromResult(response);
        }
    }
}
