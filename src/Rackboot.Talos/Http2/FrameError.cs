namespace Rackboot.Talos.Http2;

/// <summary>RFC 9113 §7.</summary>
internal enum FrameError
{
    None = 0,
    Protocol = 1,
    FlowControl = 3,
    FrameSize = 6,
    RefusedStream = 7,
    Compression = 9,
    EnhanceYourCalm = 11,
}
