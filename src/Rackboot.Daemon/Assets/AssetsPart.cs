using Rackboot.Core.Assets;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Assets;

/// <summary>The boot files, and what is done to them.</summary>
internal sealed class AssetsPart(RackbootConfiguration configuration, StorePart store, TimeProvider time, ILoggerFactory logs) : IPart
{
    public AssetStore Assets { get; } = new(configuration.Data, configuration.IpxeDirectory, store.Store, store.Events, time, logs.CreateLogger<AssetStore>());

    public void MapManagement(IEndpointRouteBuilder api) => new AssetApi(Assets).Map(api);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) => changed.IpxeDirectory == configuration.IpxeDirectory ? [] : ["boot.ipxe"];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
