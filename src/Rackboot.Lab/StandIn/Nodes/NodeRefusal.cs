using Rackboot.Talos.Api;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A stand-in node refuses a call with a gRPC status, as Talos would.</summary>
internal sealed class NodeRefusal(GrpcCode code, string message) : Exception(message)
{
    public GrpcCode Code { get; } = code;
}
