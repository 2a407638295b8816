using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon;

/// <summary>A capability of the appliance. It creates its objects (in its constructor), serves them, applies a changed
/// configuration, and disposes them. A part knows the parts before it in <see cref="Appliance"/>; it registers its endpoints here, so that
/// no other part changes.</summary>
internal interface IPart : IAsyncDisposable
{
    /// <summary>Completes once it serves; fails if it cannot.</summary>
    Task Ready => Task.CompletedTask;

    /// <summary>Its problems, in sentences with the remedy; empty if there are none.</summary>
    IReadOnlyList<string> Problems => [];

    /// <summary>Its endpoints of the management API.</summary>
    void MapManagement(IEndpointRouteBuilder api)
    {
    }

    /// <summary>Its HTTP paths on the boot network, open to every host there.</summary>
    void MapBootPlane(IEndpointRouteBuilder boot)
    {
    }

    /// <summary>Its metrics for Prometheus, with few labels.</summary>
    void Measure(MetricsText text)
    {
    }

    /// <summary>Its listeners and background work, until cancelled.</summary>
    Task RunAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Applies those changes of the configuration that need no restart.</summary>
    /// <returns>The changed settings of this part that need a restart.</returns>
    IReadOnlyList<string> Reload(RackbootConfiguration changed) => [];
}
