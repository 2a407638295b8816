namespace Rackboot.Daemon.BootPlane;

/// <summary>A server at one place of the boot network.</summary>
/// <param name="Name">Its service and place, for people: <c>TFTP on eth1</c>.</param>
/// <param name="RunAsync">Serves until cancelled.</param>
/// <param name="Ready">Completes when it listens; fails if it cannot.</param>
internal sealed record PlaceServer(string Name, Func<CancellationToken, Task> RunAsync, Task Ready);
