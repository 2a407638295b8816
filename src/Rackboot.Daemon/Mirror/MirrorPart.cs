using Rackboot.Core.Assets;
using Rackboot.Core.Images;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Mirror;

/// <summary>Container images for machines without access to their registries: imported bundles, and allowed
/// pull-through.</summary>
internal sealed class MirrorPart : IPart
{
    private readonly AssetsPart _assets;
    private readonly MirrorApi _mirrorApi;
    private readonly AssetCareApi _careApi;
    private readonly OpenFiles _files;

    public MirrorPart(RackbootConfiguration configuration, StorePart store, AssetsPart assets, MachinesPart machines, TimeProvider time)
    {
        _assets = assets;
        Images = new ImageStore(assets.Content, store.Store, store.Events);
        assets.Content.Sweep();
        Import = new BundleImport(assets.Content, assets.Assets, Images, store.Events, time);
        Pulls = new ImagePulls(Images, assets.Content, assets.Fetches, store.Events, assets.Outside, configuration.Assets.Registries, time);
        _files = new OpenFiles(time);
        _mirrorApi = new MirrorApi(Images, Import);
        Keeper = new AssetKeeper(assets.Assets, assets.Content, machines.Inventory, time) { After = configuration.Assets.PruneAfter };
        _careApi = new AssetCareApi(assets.Assets, Images, assets.Content, Keeper);
    }

    public ImageStore Images { get; }

    public BundleImport Import { get; }

    public ImagePulls Pulls { get; }

    public AssetKeeper Keeper { get; }

    /// <summary>The registries that this appliance answers for: a machine's configuration should name them, with skipFallback where there
    /// is no network.</summary>
    /// <param name="server">The boot plane as the machine reaches it.</param>
    public IReadOnlyList<RegistryMirror> Mirrors(Uri server) => Images.Mirrors(server, Pulls.Allowed);

    public void MapManagement(IEndpointRouteBuilder api)
    {
        _mirrorApi.Map(api);
        _careApi.Map(api);
    }

    public void MapBootPlane(IEndpointRouteBuilder boot) => new OciEndpoint(Images, Pulls, _assets.Content, _files).Map(boot);

    public Task RunAsync(CancellationToken cancel) => Keeper.RunAsync(cancel);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        Keeper.After = changed.Assets.PruneAfter;
        return [];
    }

    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return ValueTask.CompletedTask;
    }
}
