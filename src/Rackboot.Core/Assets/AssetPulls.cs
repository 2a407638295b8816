using System.Runtime.CompilerServices;
using Rackboot.Core.Events;
using Rackboot.Core.Profiles;
using Rackboot.Talos.ImageFactory;
using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>Fetches boot files from an Image Factory: on an operator's request and, if the configuration names a factory, for a machine
/// whose boot files are missing.</summary>
public sealed class AssetPulls(AssetStore assets, Fetches fetches, EventLog events, HttpClient http, Uri? factory)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(200);

    private static readonly (string File, BootAsset Asset)[] Files = [("kernel", BootAsset.Kernel), ("initramfs", BootAsset.Initramfs)];

    /// <summary>The Image Factory in the configuration; null: none.</summary>
    public Uri? Factory => factory;

    /// <summary>Whether <paramref name="name"/> has begun to arrive, so that a machine can fetch it.</summary>
    public bool IsArriving(string name) => fetches.Find(name) is { Total: not null };

    /// <summary>The fetch of a missing boot file of <paramref name="profile"/>, started if necessary; null if fetching is not allowed or
    /// failed a moment ago.</summary>
    public Fetch? Want(Profile profile, string name)
    {
        if (fetches.Find(name) is { } underWay)
            return underWay;
        if (factory is null || fetches.HasFailed(name, out _) || assets.Find(name) is not null
            || (name != profile.KernelAsset && name != profile.InitramfsAsset))
            return null;
        return Begin(new FactoryClient(http, factory), profile.Schematic ?? Schematic.PlainId, profile.TalosVersion, profile.Architecture,
            name);
    }

    /// <summary>The progress of the missing <paramref name="name"/>, for machines that wait for it.</summary>
    public string Explain(string name) =>
        fetches.Find(name) is { } fetch
            ? fetch.Total is { } total
            ? $"{fetch.Title}: received {fetch.Written:N0} of {total:N0} bytes"
            : $"{fetch.Title}: the factory has not started to send it; it may still be building it"
        : fetches.HasFailed(name, out var reason) ? $"fetching it failed: {reason}"
        : $"the appliance will fetch it from {factory?.Authority}";

    /// <summary>Why <paramref name="request"/> cannot start, or null.</summary>
    public Refusal? Mistake(PullRequest request) =>
        (request.Factory ?? factory) is null
            ? Refusal.Conflict("/factory",
                "no Image Factory is configured: set assets.factory in the configuration, name one with --factory URL, or import a "
                + "bundle (docs/air-gap.md)")
            : null;

    /// <summary>Fetches the requested files that are missing. A fetch continues when its caller leaves.</summary>
    public async IAsyncEnumerable<PullProgress> PullAsync(PullRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var client = new FactoryClient(http, (request.Factory ?? factory)!);
        var schematic = request.SchematicId ?? Schematic.PlainId;
        if (request.Schematic is { } told)
        {
            var (id, failure) = await RegisterAsync(client, told, cancel).ConfigureAwait(false);
            if (id is null)
            {
                yield return new PullProgress("schematic", PullStep.Failed, failure, 0, null);
                yield break;
            }

            schematic = id;
            yield return new PullProgress("schematic", PullStep.Done, id, 0, null);
        }

        var names = request.Architectures.SelectMany(arch =>
            Files.Select(f => (Name: AssetName.Talos(request.Version, schematic, arch, f.File), Architecture: arch))).ToList();
        var running = new List<Fetch>();
        foreach (var (name, architecture) in names)
            if (assets.Find(name) is { } asset)
                yield return new PullProgress(name, PullStep.Done, $"already stored, SHA-256 {asset.Sha256}", asset.Bytes, asset.Bytes);
            else
                running.Add(Begin(client, schematic, request.Version, architecture, name));
        while (running.Count > 0)
        {
            foreach (var fetch in running.ToList())
            {
                var over = fetch.Completion.IsCompleted; // it may end while earlier progress is reported
                yield return Tell(fetch);
                if (over)
                    running.Remove(fetch);
            }

            if (running.Count > 0)
                await Task.WhenAny([.. running.Select(f => f.Completion), Task.Delay(TellEvery, cancel)]).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        }
    }

    private static async Task<(string? Id, string Failure)> RegisterAsync(FactoryClient client, Schematic schematic,
        CancellationToken cancel)
    {
        try
        {
            return (await client.RegisterAsync(schematic, cancel).ConfigureAwait(false), "");
        }
        catch (TransferException e)
        {
            return (null, e.Message);
        }
    }

    private Fetch Begin(FactoryClient client, string schematic, string version, string architecture, string name)
    {
        var asset = name.EndsWith("/kernel", StringComparison.Ordinal) ? BootAsset.Kernel : BootAsset.Initramfs;
        // The title names the partial file on disk: another schematic's file is another one.
        var remote = client.File(schematic, version, asset, architecture);
        return fetches.Begin(
            name, remote with { Title = schematic == Schematic.PlainId ? remote.Title : $"{remote.Title}, schematic {schematic[..12]}" },
            (path, bytes, sha256) => assets.AddAsync(name, path, bytes, sha256, AssetOrigin.Fetched, client.Host),
            reason => events.Add("asset.failed", Level.Error, null, null, $"fetching asset {name} failed: {reason}"));
    }

    private PullProgress Tell(Fetch fetch) => fetch.Completion switch
    {
        { IsCompletedSuccessfully: true } when assets.Find(fetch.Key) is { } asset =>
            new PullProgress(fetch.Key, PullStep.Done, $"SHA-256 {asset.Sha256}", asset.Bytes, asset.Bytes),
        { IsCompleted: true } task =>
            new PullProgress(fetch.Key, PullStep.Failed, Reason(task.Exception?.InnerException), fetch.Written, fetch.Total),
        _ when fetch.Total is { } total => new PullProgress(fetch.Key, PullStep.Running, fetch.Title, fetch.Written, total),
        _ => new PullProgress(fetch.Key, PullStep.Waiting,
            $"{fetch.Title}: waiting for the factory; it builds an image on its first request", 0, null),
    };

    private static string Reason(Exception? e) =>
        e is IOException io ? ContentStore.Reason(io)
        : e is OperationCanceledException ? "the daemon was stopped" : e?.Message ?? "it was removed during the fetch";
}
