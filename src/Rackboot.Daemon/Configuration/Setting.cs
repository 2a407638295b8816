namespace Rackboot.Daemon.Configuration;

/// <summary>A setting of the configuration file. Its description is next to its check, so the reference cannot differ from
/// it.</summary>
/// <param name="Path"><c>boot.http</c>, <c>subnets[].range</c>.</param>
/// <param name="Form">What is allowed.</param>
/// <param name="Default">Its default; null: not set.</param>
/// <param name="Says">Its description.</param>
/// <param name="IsGroup">It holds other settings.</param>
public sealed record Setting(string Path, string Form, string? Default, string Says, bool IsGroup = false);
