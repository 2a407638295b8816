using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>All servers at a provider at one moment.</summary>
internal sealed class CloudLook(DateTimeOffset at, IReadOnlyList<CloudServer> servers)
{
    private readonly ILookup<string, CloudServer> _byId = servers.ToLookup(s => s.Id);
    private readonly ILookup<string?, CloudServer> _byMark = servers.ToLookup(s => CloudMark.Of(s.Name));

    /// <summary>A placement's server: the one with its id, or else with one of its marks.</summary>
    public Sighting Of(Placement placement) =>
        new(at, placement.Server is { } id ? _byId[id].FirstOrDefault() : Marked(placement).FirstOrDefault(s =>
        s.State != CloudState.Gone));

    /// <summary>Servers of orders before the one that became the placement's.</summary>
    public IEnumerable<CloudServer> Twins(Placement placement) =>
        placement.Server is { } id && _byId.Contains(id) ? Marked(placement).Where(s =>
            s.Id != id && s.State is not (CloudState.Gone or CloudState.Releasing)) : [];

    /// <summary>Servers with a mark of this owner that belong to no placement.</summary>
    public IEnumerable<CloudServer> Orphans(string owner, IReadOnlyCollection<Placement> placements) =>
        servers.Where(s => CloudMark.IsOf(owner, s.Name) && s.State is not (CloudState.Gone or CloudState.Releasing)
            && !placements.Any(p => p.Server == s.Id || p.Has(CloudMark.Of(s.Name))));

    private IEnumerable<CloudServer> Marked(Placement placement) =>
        placement.EarlierMarks.Prepend(placement.Mark).OfType<string>().SelectMany(mark => _byMark[mark]);
}
