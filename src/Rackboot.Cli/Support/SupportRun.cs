using System.Text.Json;
using System.Text.Json.Nodes;
using Rackboot.Cli.Doctor;
using Rackboot.Cli.Host;
using Rackboot.Contracts;

namespace Rackboot.Cli.Support;

/// <summary>Gathers what a colleague needs who cannot log in here. What cannot be had is noted, and the rest gathered.</summary>
internal sealed class SupportRun(RackbootClient client, string configuration, BundleFile bundle)
{
    private const int MostBoots = 200;
    private const int MostExplained = 50;
    private const int JournalLines = 20_000;

    private static readonly TimeSpan EventsWithin = TimeSpan.FromSeconds(4);

    // What host programs say of the network, the disk and the daemon.
    private static readonly (string Name, string Program, string[] Arguments)[] Programs =
    [
        ("address.txt", "ip", ["-details", "address"]), ("route.txt", "ip", ["route"]), ("neighbour.txt", "ip", ["neighbour"]),
        ("sockets.txt", "ss", ["-lntup"]), ("disks.txt", "df", ["-h"]), ("kernel.txt", "uname", ["-a"]),
        ("service.txt", "systemctl", ["status", "--no-pager", "rackbootd"]),
        ("journal.txt", "journalctl", ["-u", "rackbootd", "-n", $"{JournalLines}", "--no-pager", "-o", "short-iso-precise"]),
    ];

    private readonly List<string> _missing = [];

    /// <returns>What could not be had, a line each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancel)
    {
        await TryAsync("doctor.json", async name =>
            await bundle.AddAsync(name, await DoctorRun.LookAsync(client, configuration, cancel), cancel));
        await TryAsync("rackboot.yaml", async name =>
            await bundle.AddTextAsync(name, await File.ReadAllTextAsync(configuration, cancel), cancel));
        await TryAsync("os-release.txt", async name =>
            await bundle.AddTextAsync(name, await File.ReadAllTextAsync("/etc/os-release", cancel), cancel));
        foreach (var (name, program, arguments) in Programs)
            await TryAsync($"host/{name}", async at =>
            {
                var run = await HostProgram.RunAsync(program, cancel, arguments);
                await bundle.AddTextAsync(at, run.Output + run.Error, cancel);
            });
        await DaemonAsync(cancel);
        if (_missing.Count > 0)
            await bundle.AddTextAsync("MISSING.txt", string.Join('\n', _missing), cancel);
        return _missing;
    }

    private async Task DaemonAsync(CancellationToken cancel)
    {
        await TryAsync("status.json", async name => await bundle.AddAsync(name, await client.GetStatusAsync(cancel), cancel));
        await TryAsync("metrics.txt", async name => await bundle.AddTextAsync(name, await client.GetMetricsAsync(cancel), cancel));
        await ListAsync("profiles", client.GetProfilesAsync, cancel);
        await ListAsync("clusters", client.GetClustersAsync, cancel);
        await ListAsync("providers", client.GetProvidersAsync, cancel);
        await ListAsync("credentials", client.GetCredentialsAsync, cancel);
        await ListAsync("leases", client.GetLeasesAsync, cancel);
        await ListAsync("assets", client.GetAssetsAsync, cancel);
        await ListAsync("images", client.GetMirrorImagesAsync, cancel);
        await ListAsync("operations", client.GetOperationsAsync, cancel);
        var machines = await ListAsync("machines", client.GetMachinesAsync, cancel);
        await TryAsync("boots.json", async name => await bundle.AddAsync(name, await BootsAsync(cancel), cancel));
        foreach (var machine in machines.OrderBy(m => m.Status?.State is MachineState.Reported or MachineState.Unseen).Take(MostExplained))
            await MachineAsync(machine, cancel);
        await TryAsync("events.jsonl", async name => await bundle.AddAsync(name, await EventsAsync(cancel), cancel));
    }

    private async Task MachineAsync(Machine machine, CancellationToken cancel)
    {
        await TryAsync($"explain/{machine.Name}.json", async name =>
            await bundle.AddAsync(name, await client.ExplainAsync(machine.Name, cancel), cancel));
        if (machine.Status?.LastBoot is { } boot)
            await TryAsync($"boots/{machine.Name}.json", async name =>
                await bundle.AddAsync(name, await client.GetBootAsync(boot, cancel), cancel));
    }

    private async Task<IReadOnlyList<Boot>> BootsAsync(CancellationToken cancel)
    {
        var boots = new List<Boot>();
        await foreach (var page in client.GetBootPagesAsync(null, cancel))
        {
            boots.AddRange(page);
            if (boots.Count >= MostBoots)
                break;
        }

        return boots;
    }

    // The kept events come at once; then the stream waits for new ones.
    private async Task<IReadOnlyList<JsonNode?>> EventsAsync(CancellationToken cancel)
    {
        var (events, started) = (new List<JsonNode?>(), TimeProvider.System.GetUtcNow());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(EventsWithin);
        try
        {
            await foreach (var e in client.WatchAsync(after: 0, limit.Token))
            {
                events.Add(JsonSerializer.SerializeToNode(e, Document.Json));
                if (e.Time > started)
                    break;
                limit.CancelAfter(EventsWithin);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // That was all of them.
        }

        return events;
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string what, Func<CancellationToken, Task<IReadOnlyList<T>>> get,
        CancellationToken cancel)
    {
        IReadOnlyList<T> items = [];
        await TryAsync($"{what}.json", async name => await bundle.AddAsync(name, items = await get(cancel), cancel));
        return items;
    }

    private async Task TryAsync(string name, Func<string, Task> add)
    {
        try
        {
            await add(name);
        }
        catch (Exception e) when (e is HttpRequestException or ApiException or JsonException
            || e is IOException && !IsDiskFull(e) || e is UnauthorizedAccessException)
        {
            _missing.Add($"{name}: {e.Message}");
        }
    }

    private static bool IsDiskFull(Exception e) => (e.HResult & 0xffff) == 28; // ENOSPC
}
