using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rackboot.Talos.Api;
using Rackboot.Talos.Http2;

namespace Rackboot.Talos.Events;

/// <summary>The frames that the event sink sends. Headers are literals without an entry in the table (RFC 7541 §6.2.2), so the connection
/// keeps no state of them.</summary>
internal static class SinkFrames
{
    private const byte Status200 = 0x88; // RFC 7541 §6.1 and Appendix A
    private const int SettingBytes = 6;
    private const int MaxConcurrentStreams = 3, InitialWindowSize = 4; // RFC 9113 §6.5.2

    // An empty message and the status 0.
    private static readonly byte[] Fine =
    [
        .. Frame(FrameType.Headers, FrameHead.EndHeaders, 0, [Status200, .. Field("content-type", "application/grpc")]),
        .. Frame(FrameType.Data, 0, 0, new byte[GrpcFrame.PrefixBytes]),
        .. Frame(FrameType.Headers, FrameHead.EndHeaders | FrameHead.EndStream, 0, Field("grpc-status", "0")),
    ];

    private static readonly byte[] NotGrpc = [0x08, 3, .. "415"u8]; // :status is name 8

    /// <summary>The server's settings, its preface (RFC 9113 §3.4).</summary>
    public static void Settings(IBufferWriter<byte> output, int calls, int window)
    {
        var settings = new byte[2 * SettingBytes];
        settings[1] = MaxConcurrentStreams;
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), calls);
        settings[SettingBytes + 1] = InitialWindowSize;
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(SettingBytes + 2), window);
        Write(output, FrameType.Settings, 0, 0, settings);
    }

    public static void Answer(IBufferWriter<byte> output, int stream, EventSinkAnswer answer)
    {
        if (answer.Code != GrpcCode.Ok)
        {
            byte[] head =
            [
                Status200, .. Field("content-type", "application/grpc"),
                .. Field("grpc-status", ((int)answer.Code).ToString(CultureInfo.InvariantCulture)),
                .. Field("grpc-message", Uri.EscapeDataString(answer.Message)),
            ];
            Write(output, FrameType.Headers, FrameHead.EndHeaders | FrameHead.EndStream, stream, head);
            return;
        }

        var bytes = output.GetSpan(Fine.Length)[..Fine.Length];
        Fine.CopyTo(bytes);
        for (var at = 0; at < bytes.Length; at += FrameHead.Bytes + FrameHead.Read(bytes[at..]).Length)
            (FrameHead.Read(bytes[at..]) with { Stream = stream }).Write(bytes[at..]);
        output.Advance(Fine.Length);
    }

    /// <summary>The answer to a client that does not speak gRPC.</summary>
    public static void RefuseType(IBufferWriter<byte> output, int stream) =>
        Write(output, FrameType.Headers, FrameHead.EndHeaders | FrameHead.EndStream, stream, NotGrpc);

    public static void Reset(IBufferWriter<byte> output, int stream, FrameError error) =>
        Write(output, FrameType.ResetStream, 0, stream, Number((int)error));

    public static void GiveRoom(IBufferWriter<byte> output, int bytes) => Write(output, FrameType.WindowUpdate, 0, 0, Number(bytes));

    public static void Acknowledge(IBufferWriter<byte> output, FrameType type, ReadOnlySpan<byte> payload) =>
        Write(output, type, FrameHead.Acknowledge, 0, payload);

    public static void GoAway(IBufferWriter<byte> output, int last, FrameError error) =>
        Write(output, FrameType.GoAway, 0, 0, [.. Number(last), .. Number((int)error)]);

    private static void Write(IBufferWriter<byte> output, FrameType type, int flags, int stream, ReadOnlySpan<byte> payload) =>
        output.Write(Frame(type, flags, stream, payload));

    private static byte[] Frame(FrameType type, int flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHead.Bytes + payload.Length];
        new FrameHead(payload.Length, type, (byte)flags, stream).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHead.Bytes));
        return frame;
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    // Names and values here are shorter than 127 bytes, which a length of one byte holds (RFC 7541 §5.1).
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
