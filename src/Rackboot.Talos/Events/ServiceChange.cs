namespace Rackboot.Talos.Events;

/// <summary>The new state of a service (siderolabs/talos api/machine/machine.proto, ServiceStateEvent).</summary>
public enum ServiceChange
{
    Initialized = 0,
    Preparing = 1,
    Waiting = 2,
    Running = 3,
    Stopping = 4,
    Finished = 5,
    Failed = 6,
    Skipped = 7,
    Starting = 8,

    /// <summary>An unknown state.</summary>
    Other = -1,
}
