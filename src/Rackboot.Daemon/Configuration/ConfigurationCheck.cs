namespace Rackboot.Daemon.Configuration;

/// <summary>The findings of <c>rackbootd --check</c>, ordered by line.</summary>
/// <param name="Errors">The daemon would not start, or not serve.</param>
/// <param name="Warnings">The daemon serves, but machines may fail.</param>
public sealed record ConfigurationCheck(IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationError> Warnings);
