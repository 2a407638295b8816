using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Core.Boot;

/// <summary>The boots that are kept, found by what they are looked up by: id, machine, token. Not thread-safe; its log guards it.</summary>
internal sealed class BootIndex
{
    private const int LeastPrefix = 8;

    private static readonly ImmutableSortedSet<string> None = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private readonly Dictionary<string, BootRecord> _boots = [];
    private readonly Dictionary<string, ImmutableSortedSet<string>> _ofMachine = [];
    private readonly Dictionary<string, string> _tokens = [];

    // Ids sort by the time they were made.
    private ImmutableSortedSet<string> _ids = None;

    /// <summary>The boot with this id, or the only one whose id begins so.</summary>
    public BootRecord? Find(string id)
    {
        if (_boots.TryGetValue(id, out var boot) || id.Length < LeastPrefix)
            return boot;
        var at = ~_ids.IndexOf(id);
        return Begins(at) && !Begins(at + 1) ? _boots[_ids[at]] : null;

        bool Begins(int i) => i >= 0 && i < _ids.Count && _ids[i].StartsWith(id, StringComparison.Ordinal);
    }

    /// <summary>The boot whose configuration is served for a token with this hash.</summary>
    public BootRecord? WithToken(string sha256) => _tokens.TryGetValue(sha256, out var id) ? _boots[id] : null;

    /// <summary>Keeps <paramref name="boot"/> as it is now.</summary>
    /// <param name="current">Whether it is its machine's last one: only then its token opens anything.</param>
    public void Put(BootRecord boot, bool current)
    {
        var known = TryTake(boot.Id, out var before);
        _boots[boot.Id] = boot;
        if (!known)
            _ids = _ids.Add(boot.Id);
        if (before?.MachineName != boot.MachineName)
        {
            if (before is not null)
                RemoveOfMachine(before);
            _ofMachine[boot.MachineName] = _ofMachine.GetValueOrDefault(boot.MachineName, None).Add(boot.Id);
        }

        if (current && boot.TokenSha256 is { } token)
            _tokens[token] = boot.Id;
    }

    public void Remove(BootRecord boot)
    {
        if (!TryTake(boot.Id, out var before))
            return;
        _boots.Remove(boot.Id);
        _ids = _ids.Remove(boot.Id);
        RemoveOfMachine(before);
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">Only those before this one.</param>
    /// <param name="machine">Only those of the machine that has, or had, this name.</param>
    public IReadOnlyList<BootRecord> Newest(string? before, string? machine, int most)
    {
        var ids = machine is null ? _ids : _ofMachine.GetValueOrDefault(machine, None);
        var end = before is null ? ids.Count : ids.IndexOf(before) is var at && at < 0 ? ~at : at;
        var boots = new List<BootRecord>(Math.Min(most, end));
        for (var i = end - 1; i >= 0 && boots.Count < most; i--)
            boots.Add(_boots[ids[i]]);
        return boots;
    }

    // With its token, which may be another one or none afterwards.
    private bool TryTake(string id, [NotNullWhen(true)] out BootRecord? boot)
    {
        if (_boots.TryGetValue(id, out boot) && boot.TokenSha256 is { } token && _tokens.GetValueOrDefault(token) == id)
            _tokens.Remove(token);
        return boot is not null;
    }

    private void RemoveOfMachine(BootRecord boot)
    {
        if (_ofMachine[boot.MachineName].Remove(boot.Id) is { IsEmpty: false } others)
            _ofMachine[boot.MachineName] = others;
        else
            _ofMachine.Remove(boot.MachineName);
    }
}
