namespace Rackboot.Daemon.Configuration;

/// <summary>What <c>rackbootd --check</c> finds, in the order of the lines.</summary>
/// <param name="Errors">The daemon would not start, or not serve.</param>
/// <param name="Warnings">The daemon serves, and machines may still not run.</param>
public sealed record ConfigurationCheck(IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationError> Warnings);
