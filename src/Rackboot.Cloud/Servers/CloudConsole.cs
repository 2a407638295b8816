namespace Rackboot.Cloud;

/// <summary>A console that was opened for somebody. <see cref="Password"/> is a secret.</summary>
/// <param name="Address">A URL, or what to give to ssh or ipmitool.</param>
public sealed record CloudConsole(CloudConsoleKind Kind, string Address, string? User = null, string? Password = null, string? Ends = null);
