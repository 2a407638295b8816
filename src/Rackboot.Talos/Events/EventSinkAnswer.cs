using Rackboot.Talos.Api;

namespace Rackboot.Talos.Events;

/// <summary>What the event sink answers. The web server writes <see cref="Body"/> as <c>application/grpc</c> and <see cref="Code"/> and
/// <see cref="Message"/> as the trailers <c>grpc-status</c> and <c>grpc-message</c>.</summary>
/// <param name="HttpStatus">200 to a gRPC client, whatever the code; 415 to anyone else.</param>
/// <param name="Message">ASCII without what would need escaping.</param>
public readonly record struct EventSinkAnswer(int HttpStatus, GrpcCode Code, string Message)
{
    /// <summary>An empty message; nothing if the code is not OK.</summary>
    public ReadOnlyMemory<byte> Body => Code == GrpcCode.Ok && HttpStatus == 200 ? new byte[5] : default;
}
