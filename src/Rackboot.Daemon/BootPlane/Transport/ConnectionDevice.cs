namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>The interface on which a connection arrived.</summary>
internal sealed record ConnectionDevice(string Name);
