namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>The interface that a connection came in over.</summary>
internal sealed record ConnectionDevice(string Name);
