namespace Rackboot.Daemon.Configuration;

/// <summary>A setting of the configuration file. It is described where it is read and checked, so its reference cannot differ from its
/// check.</summary>
/// <param name="Path"><c>boot.http</c>, <c>subnets[].range</c>.</param>
/// <param name="Form">What is allowed.</param>
/// <param name="Default">What it is when it is left out; null: it is not set.</param>
/// <param name="Says">What it is for.</param>
/// <param name="IsGroup">It holds other settings.</param>
public sealed record Setting(string Path, string Form, string? Default, string Says, bool IsGroup = false);
