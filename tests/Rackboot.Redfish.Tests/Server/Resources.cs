using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>The server's resources with what was changed, and what is going to change.</summary>
internal sealed class Resources(RedfishTree tree, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, JsonObject?> _loaded = new();
    private readonly List<(DateTimeOffset At, Action Change)> _due = [];
    private readonly Dictionary<string, int> _versions = [];

    /// <summary>Held by whoever reads or changes.</summary>
    public Lock Gate { get; } = new();

    public DateTimeOffset Now => clock.GetUtcNow();

    public JsonObject? this[string path] => _loaded.GetOrAdd(RedfishTree.Key(path), _ => tree.Read(path));

    public void Put(string path, JsonObject resource)
    {
        resource["@odata.id"] = path;
        _loaded[RedfishTree.Key(path)] = resource;
    }

    public bool Remove(string path) =>
        _loaded.TryGetValue(RedfishTree.Key(path), out var known) && known is not null && (_loaded[RedfishTree.Key(path)] = null) is null;

    public void Later(TimeSpan delay, Action change) => _due.Add((clock.GetUtcNow() + delay, change));

    /// <summary>Makes the changes whose time has come.</summary>
    public void CatchUp()
    {
        var now = clock.GetUtcNow();
        foreach (var (_, change) in _due.Where(d => d.At <= now).OrderBy(d => d.At).ToList())
            change();
        _due.RemoveAll(d => d.At <= now);
    }

    public void Changed(string path) => _versions[RedfishTree.Key(path)] = _versions.GetValueOrDefault(RedfishTree.Key(path)) + 1;

    /// <summary>The tree's ETag, or one made up; another after every change.</summary>
    public string ETag(string path, bool weak)
    {
        var version = _versions.GetValueOrDefault(RedfishTree.Key(path));
        return $"{(weak ? "W/" : "")}\"{(uint)RedfishTree.Key(path).GetHashCode(StringComparison.Ordinal):x8}{version}\"";
    }

    public IEnumerable<string> Members(string? collection) =>
        collection is null ? [] : (this[collection]?["Members"] as JsonArray ?? []).Select(m => (string?)m?["@odata.id"]).OfType<string>();

    /// <summary>A link of the service root, or the usual path.</summary>
    public string Service(string name) => (string?)this["/redfish/v1"]?[name]?["@odata.id"] ?? "/redfish/v1/" + name;

    public static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
            if (value is JsonObject child && into[name] is JsonObject known)
                Merge(known, child);
            else
                into[name] = value?.DeepClone();
    }
}
