using Rackboot.Contracts;

namespace Rackboot.Daemon.Authorization;

/// <summary>How endpoints declare what they need.</summary>
internal static class NeedsExtensions
{
    /// <inheritdoc cref="Authorization.Needs"/>
    public static TBuilder Needs<TBuilder>(
        this TBuilder endpoint, AccessRole role, Reach reach = Reach.Everything, bool secrets = false, string? more = null)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Needs(role, reach, secrets, more));

    /// <summary>Anybody who can reach the port may use it.</summary>
    public static TBuilder NeedsNothing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Needs(null, Reach.Shared));
}
