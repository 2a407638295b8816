using System.Security.Cryptography.X509Certificates;
using Rackboot.Core.Assets;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;
using Rackboot.Transfer;

namespace Rackboot.Daemon.Assets;

/// <summary>Boot files, and fetches from outside.</summary>
internal sealed class AssetsPart : IPart
{
    private readonly RackbootConfiguration _configuration;

    public AssetsPart(RackbootConfiguration configuration, StorePart store, TimeProvider time, ILoggerFactory logs)
    {
        _configuration = configuration;
        var settings = configuration.Assets;
        Outside = OutboundHttp.Create(settings.Proxy, settings.Authorities is { } file
            ? OutboundHttp.ReadAuthorities(file) : new X509Certificate2Collection());
        Content = new ContentStore(configuration.Data);
        Assets = new AssetStore(configuration.Data, Content, configuration.IpxeDirectory, store.Store, store.Events, time,
            logs.CreateLogger<AssetStore>());
        Fetches = new Fetches(Content, Outside, time);
        Pulls = new AssetPulls(Assets, Fetches, store.Events, Outside, settings.Factory);
    }

    public ContentStore Content { get; }

    public AssetStore Assets { get; }

    public Fetches Fetches { get; }

    public AssetPulls Pulls { get; }

    /// <summary>HTTP to the servers that the configuration allows.</summary>
    public HttpClient Outside { get; }

    public void MapManagement(IEndpointRouteBuilder api)
    {
        new AssetPullApi(Pulls).Map(api);
        new AssetApi(Assets).Map(api);
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        var (now, next) = (_configuration.Assets, changed.Assets);
        var settings = new (string Name, bool Changed)[]
        {
            ("boot.ipxe", changed.IpxeDirectory != _configuration.IpxeDirectory),
            ("assets", (next.Factory, next.Proxy, next.Authorities) != (now.Factory, now.Proxy, now.Authorities)
                || !next.Registries.OrderBy(r => r.Key).SequenceEqual(now.Registries.OrderBy(r => r.Key))),
        };
        return [.. settings.Where(s => s.Changed).Select(s => s.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        await Fetches.DisposeAsync();
        Outside.Dispose();
    }
}
