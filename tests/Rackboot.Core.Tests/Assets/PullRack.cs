using Rackboot.Core.Assets;
using Rackboot.Core.Tests.Support;
using Rackboot.Talos.ImageFactory;
using Rackboot.Tests.Shared;
using Rackboot.Transfer;

namespace Rackboot.Core.Tests.Assets;

/// <summary>A rack with an Image Factory outside that does as a test tells it.</summary>
internal sealed class PullRack : IAsyncDisposable
{
    private readonly HttpClient _http = OutboundHttp.Create();

    private PullRack(FlakyServer factory)
    {
        Factory = factory;
        Fetches = new Fetches(Rack.Content, _http, TimeProvider.System,
            new TransferPolicy { Pause = TimeSpan.FromMilliseconds(1), Attempts = 3 });
        Pulls = With(factory.Address);
    }

    public Rack Rack { get; } = Rack.Start();
    public FlakyServer Factory { get; }
    public Fetches Fetches { get; }

    /// <summary>With the factory in the configuration.</summary>
    public AssetPulls Pulls { get; }

    public static async Task<PullRack> StartAsync()
    {
        var rack = new PullRack(await FlakyServer.StartAsync());
        rack.Serve(Schematic.PlainId, "kernel-amd64", "kernel");
        rack.Serve(Schematic.PlainId, "initramfs-amd64.xz", "initramfs");
        return rack;
    }

    public AssetPulls With(Uri? factory) => new(Rack.Assets, Fetches, Rack.Events, _http, factory);

    public void Serve(string schematic, string file, string content, string version = "v1.13.9") =>
        Factory.Files[$"/image/{schematic}/{version}/{file}"] = System.Text.Encoding.UTF8.GetBytes(content);

    /// <summary>Pulls to the end.</summary>
    /// <returns>The last word on each file.</returns>
    public async Task<Dictionary<string,
        PullProgress>> PullAsync(string? schematic = null, Schematic? told = null, params string[] architectures)
    {
        var last = new Dictionary<string, PullProgress>();
        var request = new PullRequest("v1.13.9", schematic, told, architectures.Length == 0 ? ["amd64"] : architectures, null);
        await foreach (var step in Pulls.PullAsync(request, TestContext.Current.CancellationToken))
            last[step.Name] = step;
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        await Fetches.DisposeAsync();
        _http.Dispose();
        await Factory.DisposeAsync();
        await Rack.DisposeAsync();
    }
}
