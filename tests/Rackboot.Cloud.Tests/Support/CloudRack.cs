using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Core;
using Rackboot.Core.Clouds;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;

namespace Rackboot.Cloud.Tests.Support;

/// <summary>The appliance's part for providers, on a store that outlives it, with a simulated provider.</summary>
internal sealed class CloudRack : IDisposable
{
    public const string Token = "s3cret-t0ken";

    private readonly MemoryStore _store = new();
    private CloudLines _lines = null!;

    private readonly ICloudNodes? _nodes;
    private readonly bool _handsOut;

    private CloudRack(SimulatedCloud cloud, ICloudNodes? nodes, bool handsOut) => (Cloud, _nodes, _handsOut) = (cloud, nodes, handsOut);

    public SimulatedCloud Cloud { get; }
    public LeapingClock Clock => Cloud.Clock;
    public EventLog Events { get; private set; } = null!;
    public Inventory Inventory { get; private set; } = null!;
    public CredentialVault Credentials { get; private set; } = null!;
    public CloudBook Book { get; private set; } = null!;
    public CloudCatalogue Catalogue { get; private set; } = null!;
    public CloudReconciler Reconciler { get; private set; } = null!;
    public ConfigurationTokens Tokens { get; private set; } = null!;
    public CloudLines Lines => _lines;

    /// <summary>What is between the appliance and its provider, from the next restart on; null is nothing.</summary>
    public HttpMessageHandler? Wire { get; set; }

    /// <summary>Switches a machine as PowerDesk does.</summary>
    public CloudPower Power(string machine) => new(machine, Book, _lines, Reconciler, Inventory, Clock);

    public CloudProvider Provider => Book.Find("here")!;

    /// <param name="handsOut">Whether scripts name where configurations are fetched.</param>
    /// <param name="nodes">Reaches Talos on the servers; null and nothing is pushed to them.</param>
    public static async Task<CloudRack> StartAsync(
        SimulatedCloud cloud, Func<CloudProvider, CloudProvider>? change = null, ICloudNodes? nodes = null, bool handsOut = false)
    {
        var rack = new CloudRack(cloud, nodes, handsOut);
        rack.Restart();
        await rack.Credentials.PutAsync("token", cloud.User, new Secret(cloud.Secret), null, dryRun: false);
        await rack.Inventory.PutProfileAsync(new Profile { Name = "default", TalosVersion = "v1.13.9", Architecture = "amd64" }, null,
            dryRun: false);
        var provider = new CloudProvider
        {
            Name = "here", Cloud = cloud.Provider, Credential = "token", MostMachines = 10, Settings = cloud.Settings, Image = cloud.Image,
        };
        var applied = await rack.Book.PutAsync(change?.Invoke(provider) ?? provider, null, dryRun: false);
        Assert.Null(applied.Refusal);
        return rack;
    }

    /// <summary>The process ends, wherever it is, and another one starts on the same store.</summary>
    public void Restart()
    {
        _lines?.Dispose();
        Events = new EventLog(_store, Clock, NullLogger<EventLog>.Instance);
        Credentials = new CredentialVault(_store, Events, Clock);
        Inventory = new Inventory(_store, Events, Clock, Credentials);
        Book = new CloudBook(_store, Events, Clock);
        _lines = new CloudLines(
            Credentials, Events, Clock, Cloud.Shell, (name, access) => Clouds.Connect(name, access with { Handler = Wire ?? Cloud }));
        Catalogue = new CloudCatalogue(_lines, Clock);
        Tokens = new ConfigurationTokens(Book, Inventory, Events, Clock, new Uri("https://boot.example.net:8443/"), new byte[32]);
        Reconciler = new CloudReconciler(Book, _lines, Catalogue, Inventory, Events, Clock, _nodes, _handsOut ? Tokens : null);
    }

    public async Task<Machine> PlaceAsync(string name, Place? place = null, string? config = null)
    {
        var secret = config is null ? null : new Secret(config);
        var spec = new MachineSpec
        {
            Profile = "default",
            Place = place ?? new Place("here", Cloud.Plan, Cloud.Location),
            Config = config is null ? null : new MachineConfigDigest(
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config))), config.Length),
        };
        var applied = await Inventory.PutMachineAsync(name, spec, secret, null, dryRun: false);
        Assert.Null(applied.Refusal);
        return applied.Document!;
    }

    public async Task ApproveAsync(string name) => Assert.Null(await Book.ApproveAsync(Machine(name).Id, "a test"));

    public Task DeleteAsync(string name) => Inventory.DeleteMachineAsync(name, null);

    public Machine Machine(string name) => Inventory.Fleet.Named(name)!;

    public Placement Placement(string name) => Book.Placements.Single(p => p.Name == name);

    /// <summary>So many looks at the provider, half a minute apart.</summary>
    public async Task RoundsAsync(int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            await Reconciler.RoundAsync(Provider, CancellationToken.None);
            Clock.Pass(TimeSpan.FromSeconds(30));
        }
    }

    public IReadOnlyList<RackEvent> Told => [.. _store.Load(Core.Storage.Table.Events).Select(Core.Storage.StoreJson.Read<RackEvent>)];

    public void Dispose()
    {
        _lines.Dispose();
        Cloud.Dispose();
    }
}
