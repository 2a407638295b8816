namespace Rackboot.Redfish;

/// <summary>How a client shows who it is (DSP0266, "Authentication").</summary>
public enum RedfishAuthentication
{
    /// <summary>A session; HTTP Basic where the service has no sessions.</summary>
    SessionThenBasic,

    /// <summary>Sessions alone.</summary>
    Session,

    /// <summary>HTTP Basic on every request, for services that run out of sessions.</summary>
    Basic,
}
