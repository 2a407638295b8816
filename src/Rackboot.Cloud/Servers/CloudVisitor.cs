namespace Rackboot.Cloud;

/// <summary>Who wants to see a console.</summary>
/// <param name="Address">Where they come from, for providers that let in one address alone.</param>
/// <param name="SshKey">The provider's id of their key, where it wants one.</param>
public sealed record CloudVisitor(string? Address, string? SshKey);
