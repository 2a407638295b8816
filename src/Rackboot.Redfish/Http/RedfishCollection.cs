using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Reads the members of collections: page after page, whole where the service expands, one by one where it does not.</summary>
internal sealed class RedfishCollection(RedfishConnection connection)
{
    private volatile string? _expand;

    /// <summary>Learns from the service root whether <c>$expand</c> is offered (DSP0266, "Query parameters").</summary>
    public void Learn(JsonElement root, VendorQuirks quirks)
    {
        var offered = root.Child("ProtocolFeaturesSupported").Child("ExpandQuery");
        var levels = offered.Flag("Levels") == true ? "($levels=1)" : "";
        _expand = quirks.ExpandIsComplete && offered.Flag("NoLinks") == true ? "?$expand=." + levels : null;
    }

    /// <summary>The paths of a collection's members; empty if there is no such collection.</summary>
    public async Task<IReadOnlyList<string>> PathsAsync(string? path, CancellationToken cancellation) =>
        Paths(await PagesAsync(path, cancellation).ConfigureAwait(false));

    /// <summary>The members of a collection. Members that the service lists but does not have are left out.</summary>
    /// <param name="expand">False where members come whole without being asked, as log entries do.</param>
    public async Task<IReadOnlyList<RedfishMember>> ReadAsync(string? path, CancellationToken cancellation, bool expand = true)
    {
        if (path is null)
            return [];
        if (expand && _expand is { } query && await ExpandedAsync(path, query, cancellation).ConfigureAwait(false) is { } whole)
            return whole;
        var members = await PagesAsync(path, cancellation).ConfigureAwait(false);
        return AreWhole(members) ? Whole(members) : await EachAsync(Paths(members), cancellation).ConfigureAwait(false);
    }

    /// <summary>The resources at these paths, in their order. What the service does not have is left out.</summary>
    public async Task<IReadOnlyList<RedfishMember>> EachAsync(IEnumerable<string> paths, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(paths.Take(connection.Options.MaxMembers).Select(p => MemberAsync(p, cancellation)))
            .ConfigureAwait(false);
        return [.. found.OfType<RedfishMember>()];
    }

    private async Task<RedfishMember?> MemberAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var answer = await connection.FindAsync(path, cancellation).ConfigureAwait(false);
            return answer is null ? null : new RedfishMember(path, answer.Body, answer.ETag);
        }
        catch (RedfishException e) when (e.Failure == RedfishFailure.Refused)
        {
            return null; // one broken part must not hide the others: some services answer 500 for a card they cannot reach
        }
    }

    private async Task<IReadOnlyList<RedfishMember>?> ExpandedAsync(string path, string query, CancellationToken cancellation)
    {
        try
        {
            var members = await PagesAsync(path + query, cancellation).ConfigureAwait(false);
            return AreWhole(members) ? Whole(members) : null;
        }
        catch (RedfishException e) when (e.Failure is RedfishFailure.Refused or RedfishFailure.NotSupported or RedfishFailure.BadAnswer)
        {
            _expand = null; // it says it can and cannot: one by one from now on
            return null;
        }
    }

    // Log entries come whole without being asked; other members as references, unless expanded.
    private static bool AreWhole(IReadOnlyList<JsonElement> members) =>
        members.Count > 0 && members.All(m => m.Text("@odata.id") is not null && m.Has("Id"));

    private static IReadOnlyList<RedfishMember> Whole(IReadOnlyList<JsonElement> members) =>
        [.. members.Select(m => new RedfishMember(m.Text("@odata.id")!, m, m.Text("@odata.etag")))];

    private static IReadOnlyList<string> Paths(IReadOnlyList<JsonElement> members) =>
        [.. members.Select(m => m.Text("@odata.id")).OfType<string>().Distinct()];

    private async Task<IReadOnlyList<JsonElement>> PagesAsync(string? path, CancellationToken cancellation)
    {
        var members = new List<JsonElement>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (path is not null && seen.Add(path) && members.Count < connection.Options.MaxMembers)
        {
            if (await connection.FindAsync(path, cancellation).ConfigureAwait(false) is not { Body: var page })
                break;
            members.AddRange(page.Items("Members").Where(m => m.ValueKind == JsonValueKind.Object));
            path = page.Text("Members@odata.nextLink") ?? page.Text("@odata.nextLink"); // some use the plain OData name
        }

        return members.Count > connection.Options.MaxMembers ? members[..connection.Options.MaxMembers] : members;
    }
}
