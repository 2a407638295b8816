namespace Rackboot.Daemon.Configuration;

/// <summary>The two ways that OTLP crosses the network as protobuf.</summary>
public enum TraceProtocol
{
    /// <summary>A POST for each trace.</summary>
    HttpProtobuf,

    /// <summary>A call for each trace, over HTTP/2.</summary>
    Grpc,
}
