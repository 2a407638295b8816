using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon;

/// <summary>A capability of the appliance. It owns what belongs to it: builds it (its constructor), serves it, takes over a changed
/// configuration, ends it. A part knows the parts before it in <see cref="Appliance"/>; what it adds to the planes, it adds here, and no
/// other part changes.</summary>
internal interface IPart : IAsyncDisposable
{
    /// <summary>Completes once it serves; fails if it cannot.</summary>
    Task Ready => Task.CompletedTask;

    /// <summary>What is wrong with it, in sentences that say what to do; empty if nothing is.</summary>
    IReadOnlyList<string> Problems => [];

    /// <summary>Its endpoints of the management API.</summary>
    void MapManagement(IEndpointRouteBuilder api)
    {
    }

    /// <summary>Its paths of HTTP on the boot network, which anybody there may ask for.</summary>
    void MapBootPlane(IEndpointRouteBuilder boot)
    {
    }

    /// <summary>Its numbers for Prometheus. Labels are few.</summary>
    void Measure(MetricsText text)
    {
    }

    /// <summary>Its listeners and its work in the background, until cancelled.</summary>
    Task RunAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Takes over what a changed configuration can change while running.</summary>
    /// <returns>The settings of this part that are changed and need a restart.</returns>
    IReadOnlyList<string> Reload(RackbootConfiguration changed) => [];
}
