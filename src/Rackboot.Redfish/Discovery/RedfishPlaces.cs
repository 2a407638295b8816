using System.Net;
using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Where things are in one service: found once, then known.</summary>
internal sealed class RedfishPlaces(RedfishConnection connection, RedfishCollection collection)
{
    private const string RootPath = "/redfish/v1/";

    private readonly SemaphoreSlim _gate = new(1);
    private JsonElement? _root;
    private string? _system;
    private OtherMachines? _others;

    public RedfishCollection Collection => collection;

    /// <summary>The service root, read without showing who asks.</summary>
    public async Task<JsonElement> RootAsync(CancellationToken cancellation)
    {
        if (_root is { } known)
            return known;
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_root is { } meanwhile)
                return meanwhile;
            var answer = await connection.SendAsync(new RedfishRequest(HttpMethod.Get, RootPath) { Anonymous = true }, cancellation)
                .ConfigureAwait(false);
            // the root must be readable without a login (DSP0266, "Authentication"); not every service allows it
            if (answer.Status == HttpStatusCode.Unauthorized)
                answer = await connection.GetAsync(RootPath, cancellation).ConfigureAwait(false);
            if (!answer.Succeeded || (!answer.Body.Has("RedfishVersion") && !answer.Body.Has("Systems") && !answer.Body.Has("@odata.type")))
                throw connection.Error(
                    RedfishFailure.BadAnswer,
                    $"{RootPath} is not a Redfish service root ({answer}); check that this is the BMC's address, that Redfish is on, "
                        + "or use IPMI");
            _root = answer.Body;
            Learn(answer.Body, QuirksOf(answer.Body) ?? VendorQuirks.Standard);
            return answer.Body;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The path of a link of the service root. Some services leave links out while they start: the usual path is taken
    /// then.</summary>
    public async Task<string> OfRootAsync(string name, string usual, CancellationToken cancellation) =>
        (await RootAsync(cancellation).ConfigureAwait(false)).Link(name) ?? RootPath + usual;

    /// <summary>The systems, each read by itself: an expanded member comes without the ETag that a write needs.</summary>
    public async Task<IReadOnlyList<RedfishMember>> SystemsAsync(CancellationToken cancellation)
    {
        var paths = await collection.PathsAsync(await OfRootAsync("Systems", "Systems", cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);
        return await collection.EachAsync(paths, cancellation).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<RedfishMember>> ManagersAsync(CancellationToken cancellation) => ReadAsync("Managers", cancellation);

    public Task<IReadOnlyList<RedfishMember>> ChassisAsync(CancellationToken cancellation) => ReadAsync("Chassis", cancellation);

    /// <summary>The chassis without those of the other machines that the same BMC manages.</summary>
    public async Task<IReadOnlyList<RedfishMember>> OwnChassisAsync(CancellationToken cancellation)
    {
        if (_others is null)
            await SystemAsync(cancellation).ConfigureAwait(false);
        return [.. (await ChassisAsync(cancellation).ConfigureAwait(false)).Where(c => _others?.Have(c) != true)];
    }

    /// <summary>A service by its link in the root, such as UpdateService; null if it is not there.</summary>
    public async Task<RedfishMember?> ServiceAsync(string name, CancellationToken cancellation)
    {
        var path = await OfRootAsync(name, name, cancellation).ConfigureAwait(false);
        return await connection.FindAsync(path, cancellation).ConfigureAwait(false) is { } answer ? new RedfishMember(
            path, answer.Body, answer.ETag) : null;
    }

    /// <summary>The system that boots, read again.</summary>
    public async Task<RedfishMember> SystemAsync(CancellationToken cancellation)
    {
        if (_system is { } path && await connection.FindAsync(path, cancellation).ConfigureAwait(false) is { } answer)
            return new RedfishMember(path, answer.Body, answer.ETag);

        var systems = await ListedSystemsAsync(cancellation).ConfigureAwait(false);
        var chosen = Choose(systems);
        await RecogniseAsync(chosen, cancellation).ConfigureAwait(false);
        _others = new OtherMachines(chosen, [.. systems.Where(s => s.Path != chosen.Path && CanBoot(s.Body))]);
        _system = chosen.Path;
        return chosen;
    }

    /// <summary>The BMC of that system.</summary>
    public async Task<RedfishMember?> ManagerAsync(RedfishMember system, CancellationToken cancellation)
    {
        foreach (var path in system.Body.Child("Links").Links("ManagedBy"))
            if (await connection.FindAsync(path, cancellation).ConfigureAwait(false) is { } answer)
                return new RedfishMember(path, answer.Body, answer.ETag);
        var managers = await ManagersAsync(cancellation).ConfigureAwait(false);
        return managers.FirstOrDefault(m => m.Body.Text("ManagerType") == "BMC") ?? (managers.Count > 0 ? managers[0] : null);
    }

    public static bool CanBoot(JsonElement system) => RedfishAction.Find(system, "#ComputerSystem.Reset") is not null && system.Has("Boot");

    // Some services show no systems for minutes after they started (redhat-performance/badfish issue 129).
    private async Task<IReadOnlyList<RedfishMember>> ListedSystemsAsync(CancellationToken cancellation)
    {
        var patience = new Patience(connection.Time, connection.Options.BusyLimit);
        for (; ; )
        {
            var systems = await SystemsAsync(cancellation).ConfigureAwait(false);
            if (systems.Count > 0)
                return systems;
            if (!await patience.WaitAsync(null, cancellation).ConfigureAwait(false))
                throw connection.Error(
                    RedfishFailure.Busy, "the BMC lists no system; it may still be starting: wait, then restart the BMC if this persists");
        }
    }

    private RedfishMember Choose(IReadOnlyList<RedfishMember> systems)
    {
        var names = string.Join(", ", systems.Select(s => s.Id));
        if (connection.Options.SystemId is { } wanted)
            return systems.FirstOrDefault(s => s.Id == wanted)
                ?? throw connection.Error(RedfishFailure.NotSupported, $"there is no system {wanted}; available: {names}");
        if (systems.Count == 1)
            return systems[0];
        var resettable = systems.Where(s => RedfishAction.Find(s.Body, "#ComputerSystem.Reset") is not null).ToList();
        var bootable = resettable.Where(s => CanBoot(s.Body)).ToList();
        var best = bootable.Count > 0 ? bootable : resettable.Count > 0 ? resettable : systems;
        return best.Count == 1
            ? best[0]
            : throw connection.Error(
                RedfishFailure.NotSupported, $"the BMC has several systems; select one of: {string.Join(", ", best.Select(s => s.Id))}");
    }

    // A root without a vendor (before 2018): the system's maker and the BMC's model tell.
    private async Task RecogniseAsync(RedfishMember system, CancellationToken cancellation)
    {
        var root = await RootAsync(cancellation).ConfigureAwait(false);
        if (QuirksOf(root) is not null)
            return;
        var quirks = KnownVendors.OfSystem(system.Body.Text("Manufacturer"))
            ?? KnownVendors.OfManager((await ManagerAsync(system, cancellation).ConfigureAwait(false))?.Body.Text("Model"));
        if (quirks is not null)
            Learn(root, quirks);
    }

    private void Learn(JsonElement root, VendorQuirks quirks)
    {
        var sessions = root.Child("Links").Link("Sessions")
            ?? (root.Link("SessionService") is { } service ? service.TrimEnd('/') + "/Sessions" : null);
        connection.Learn(quirks, sessions);
        collection.Learn(root, quirks);
    }

    private static VendorQuirks? QuirksOf(JsonElement root)
    {
        var oem = root.Child("Oem");
        string[] keys = oem.ValueKind == JsonValueKind.Object ? [.. oem.EnumerateObject().Select(p => p.Name)] : [];
        return KnownVendors.OfRoot(root.Text("Vendor"), root.Text("Product"), keys);
    }

    private async Task<IReadOnlyList<RedfishMember>> ReadAsync(string name, CancellationToken cancellation) =>
        await collection.ReadAsync(await OfRootAsync(name, name, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
}
