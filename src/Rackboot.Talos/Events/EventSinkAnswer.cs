using Rackboot.Talos.Api;

namespace Rackboot.Talos.Events;

/// <summary>An answer of the event sink: an empty message if the code is OK, and the trailers <c>grpc-status</c> and
/// <c>grpc-message</c>.</summary>
/// <param name="Message">ASCII without characters that need escaping.</param>
public readonly record struct EventSinkAnswer(GrpcCode Code, string Message);
