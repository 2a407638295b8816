using Rackboot.Talos.Api;

namespace Rackboot.Talos.Events;

/// <summary>An answer of the event sink. The web server writes <see cref="Body"/> as <c>application/grpc</c> and <see cref="Code"/> and
/// <see cref="Message"/> as the trailers <c>grpc-status</c> and <c>grpc-message</c>.</summary>
/// <param name="HttpStatus">200 for gRPC clients, whatever the code; 415 for others.</param>
/// <param name="Message">ASCII without characters that need escaping.</param>
public readonly record struct EventSinkAnswer(int HttpStatus, GrpcCode Code, string Message)
{
    /// <summary>An empty message if the code is OK, else empty.</summary>
    public ReadOnlyMemory<byte> Body => Code == GrpcCode.Ok && HttpStatus == 200 ? new byte[5] : default;
}
