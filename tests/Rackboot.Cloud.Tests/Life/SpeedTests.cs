using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core;
using Rackboot.Core.Clouds;
using Rackboot.Core.Credentials;

namespace Rackboot.Cloud.Tests.Life;

/// <summary>How long a catalogue takes, and what it costs to watch a hall of servers. bench/clouds prints the numbers.</summary>
[Collection(nameof(Alone))]
public sealed class SpeedTests(ITestOutputHelper output)
{
    private const int Machines = 200;

    // RACKBOOT_SLOW: how long the slowest provider takes for each request, in milliseconds; the others take less.
    private static readonly int Slowest =
        int.Parse(Environment.GetEnvironmentVariable("RACKBOOT_SLOW") ?? "100", CultureInfo.InvariantCulture);

    [Fact]
    public async Task All_providers_are_asked_for_their_offers_at_once()
    {
        var clouds = Providers.Names.Select(row => Providers.Start(row.Data)).ToList();
        var waiting = clouds.Select((cloud, i) => new Waiting(cloud, TimeSpan.FromMilliseconds(Slowest * (i
            + 1.0) / clouds.Count))).ToList();
        var (catalogue, book) = await CatalogueAsync(clouds, waiting);
        // A first time, so that code is compiled and connections are had.
        await catalogue.OffersAsync(book.Providers, TimeSpan.Zero, default);
        var alone = new List<double>();
        foreach (var provider in book.Providers)
        {
            var one = Stopwatch.StartNew();
            await catalogue.OffersAsync([provider], TimeSpan.Zero, default);
            alone.Add(one.Elapsed.TotalMilliseconds);
        }

        Waiting.Together = new Meeting(clouds.Count);
        var clock = Stopwatch.StartNew();
        var known = await catalogue.OffersAsync(book.Providers, TimeSpan.Zero, default);
        var together = clock.Elapsed.TotalMilliseconds;
        Waiting.Together = null;
        Assert.All(known, k => Assert.Null(k.Problem));
        Assert.All(known, k => Assert.NotEmpty(k.Items));
        output.WriteLine($"catalogue of {clouds.Count} providers: {together:0} ms; the slowest alone {alone.Max():0} ms, "
            + $"all one after the other {alone.Sum():0} ms; {together / alone.Max():0.00} of the slowest");
    }

    [Fact]
    public async Task Two_hundred_machines_are_watched_for_less_than_a_hundredth_of_a_core_and_within_the_providers_pace()
    {
        using var rack = await CloudRack.StartAsync(new LatitudeSimulator(), p => p with { MostMachines = Machines });
        for (var i = 0; i < Machines; i++)
            await rack.PlaceAsync($"node-{i:000}");
        await rack.RoundsAsync();
        for (var i = 0; i < Machines; i++)
            await rack.ApproveAsync($"node-{i:000}");
        for (var round = 0; round < 60 && rack.Book.Placements.Any(p => p.Stage != PlacementStage.Running); round++)
            await rack.RoundsAsync(2);
        Assert.Equal(Machines, rack.Book.Placements.Count(p => p.Stage == PlacementStage.Running));

        using var canned = new Canned(rack.Cloud);
        rack.Wire = canned;
        rack.Restart();
        await rack.RoundsAsync(20);
        const int rounds = 60;
        var (before, asked) = (Process.GetCurrentProcess().TotalProcessorTime, canned.Requests);
        await rack.RoundsAsync(rounds);
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / rounds;
        var requests = (canned.Requests - asked) / (double)rounds;
        // Once a minute while all of them run.
        var pace = Clouds.Traits("latitude")!.ReadsPerMinute;
        output.WriteLine($"a look at {Machines} machines: {cpu:0.0} ms of a core and {requests:0.0} requests; once a minute "
            + $"{cpu / 600:0.000} % of a core, {requests:0.0} of {pace} requests a minute");
        Assert.InRange(cpu / 600, 0, 1);
        Assert.InRange(requests, 0.5, pace);
    }

    private static async Task<(CloudCatalogue Catalogue, CloudBook Book)> CatalogueAsync(List<SimulatedCloud> clouds, List<Waiting> waiting)
    {
        var store = new MemoryStore();
        var events = new Core.Events.EventLog(store, TimeProvider.System, NullLogger<Core.Events.EventLog>.Instance);
        var credentials = new CredentialVault(store, events, TimeProvider.System);
        var book = new CloudBook(store, events, TimeProvider.System);
        foreach (var cloud in clouds)
        {
            cloud.Time = TimeProvider.System;
            await credentials.PutAsync(cloud.Provider, cloud.User, new Secret(cloud.Secret), null, dryRun: false);
            await book.PutAsync(new CloudProvider
            {
                Name = cloud.Provider, Cloud = cloud.Provider, Credential = cloud.Provider, MostMachines = 1, Settings = cloud.Settings,
            }, null, dryRun: false);
        }

        var lines = new CloudLines(credentials, events, TimeProvider.System, null, (name, access) =>
            Clouds.Connect(name, access with { Handler = waiting.Single(w => w.Provider == name) }));
        return (new CloudCatalogue(lines, TimeProvider.System), book);
    }

    /// <summary>A provider that takes its time for each request.</summary>
    private sealed class Waiting(SimulatedCloud cloud, TimeSpan delay) : DelegatingHandler(cloud)
    {
        /// <summary>Set, no first request is answered before every provider was asked.</summary>
        public static Meeting? Together { get; set; }

        public string Provider => cloud.Provider;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Together is { } meeting)
                await meeting.ArriveAsync(Provider, cancellationToken);
            await Task.Delay(delay, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Meeting(int all)
    {
        private readonly HashSet<string> _here = [];
        private readonly TaskCompletionSource _everybody = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ArriveAsync(string who, CancellationToken cancel)
        {
            lock (_here)
                if (_here.Add(who) && _here.Count == all)
                    _everybody.SetResult();
            return _everybody.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Answers as the provider did the first time, so that its work is not counted.</summary>
    private sealed class Canned(SimulatedCloud cloud) : DelegatingHandler(cloud)
    {
        private readonly Dictionary<string, byte[]> _answers = [];

        public int Requests { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            var line = $"{request.Method} {request.RequestUri}";
            if (!_answers.TryGetValue(line, out var answer))
            {
                using var first = await base.SendAsync(request, cancellationToken);
                _answers[line] = answer = await first.Content.ReadAsByteArrayAsync(cancellationToken);
            }

            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) };
        }

        // The provider outlives it.
        protected override void Dispose(bool disposing) => base.Dispose(disposing: false);
    }
}
