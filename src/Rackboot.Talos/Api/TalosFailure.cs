namespace Rackboot.Talos.Api;

/// <summary>Why a call of the Talos API failed. Callers decide what to do next by this value alone.</summary>
public enum TalosFailure
{
    /// <summary>No connection, or it was lost: the machine is off or starting, or the network is down. Try again.</summary>
    Unreachable,

    /// <summary>The other side is not the expected node, or it rejects our certificate.</summary>
    Untrusted,

    /// <summary>Not possible now: the node is busy or waiting for something. Try again.</summary>
    NotReady,

    /// <summary>Already done.</summary>
    AlreadyDone,

    /// <summary>Not found; a resource may appear later.</summary>
    NotFound,

    /// <summary>The role of our certificate does not allow it, or the node's present mode does not.</summary>
    PermissionDenied,

    /// <summary>This Talos release does not have the call, or not in this mode or on this type of machine.</summary>
    Unsupported,

    /// <summary>The request is invalid: a configuration that fails validation, a missing disk.</summary>
    Refused,

    /// <summary>No answer within the time limit. The call may have taken effect.</summary>
    TimedOut,

    /// <summary>The server does not speak gRPC, or violates it.</summary>
    BadAnswer,

    /// <summary>The node tried and failed.</summary>
    Failed,
}
