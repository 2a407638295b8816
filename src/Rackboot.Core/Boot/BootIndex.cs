using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>The stored boots, indexed by id, machine and token. Not thread-safe; its log guards it.</summary>
internal sealed class BootIndex
{
    private const int LeastPrefix = 8;

    private static readonly ImmutableSortedSet<string> None = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    // Size of a record without its timeline; a store of an earlier version has no size of timelines.
    private const int RecordBytes = 1024;
    private const int EntryBytes = 256;

    private readonly Dictionary<string, BootRecord> _boots = [];
    private readonly Dictionary<string, ImmutableSortedSet<string>> _ofMachine = [];
    private readonly Dictionary<string, string> _tokens = [];

    // The newest boot of each machine that has a token.
    private readonly Dictionary<MachineId, string> _newestToken = [];

    // Ids sort by the time they were made.
    private ImmutableSortedSet<string> _ids = None;

    /// <summary>Approximate disk space of all boots with their timelines.</summary>
    public long Bytes { get; private set; }

    /// <summary>The boot with this id or unique id prefix.</summary>
    public BootRecord? Find(string id)
    {
        if (_boots.TryGetValue(id, out var boot) || id.Length < LeastPrefix)
            return boot;
        var at = ~_ids.IndexOf(id);
        return Begins(at) && !Begins(at + 1) ? _boots[_ids[at]] : null;

        bool Begins(int i) => i >= 0 && i < _ids.Count && _ids[i].StartsWith(id, StringComparison.Ordinal);
    }

    /// <summary>The boot whose configuration is served for a token with this hash: the newest of its machine that has a token. Any host can
    /// begin a boot, by a packet in the machine's name; only a newer token of the machine voids a token.</summary>
    public BootRecord? WithToken(string sha256) => _tokens.TryGetValue(sha256, out var id) ? _boots[id] : null;

    /// <summary>Stores the current state of <paramref name="boot"/>.</summary>
    public void Put(BootRecord boot)
    {
        var known = TryTake(boot.Id, out var before);
        _boots[boot.Id] = boot;
        Bytes += Size(boot) - (before is null ? 0 : Size(before));
        if (!known)
            _ids = _ids.Add(boot.Id);
        if (before?.MachineName != boot.MachineName)
        {
            if (before is not null)
                RemoveOfMachine(before);
            _ofMachine[boot.MachineName] = _ofMachine.GetValueOrDefault(boot.MachineName, None).Add(boot.Id);
        }

        if (boot.TokenSha256 is not { } token)
            return;
        if (_newestToken.TryGetValue(boot.Machine, out var id) && id != boot.Id && _boots.TryGetValue(id, out var newest))
        {
            if (before?.TokenSha256 == token || newest.Started > boot.Started)
                return; // its machine has a newer one
            if (newest.TokenSha256 is { } earlier)
                _tokens.Remove(earlier);
        }

        (_newestToken[boot.Machine], _tokens[token]) = (boot.Id, boot.Id);
    }

    public void Remove(BootRecord boot)
    {
        if (!TryTake(boot.Id, out var before))
            return;
        _boots.Remove(boot.Id);
        Bytes -= Size(before);
        _ids = _ids.Remove(boot.Id);
        RemoveOfMachine(before);
        if (_newestToken.GetValueOrDefault(before.Machine) == boot.Id)
            _newestToken.Remove(before.Machine);
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">Only those before this one.</param>
    /// <param name="machine">Only those of the machine with this name, now or earlier.</param>
    public IReadOnlyList<BootRecord> Newest(string? before, string? machine, int most)
    {
        var ids = machine is null ? _ids : _ofMachine.GetValueOrDefault(machine, None);
        var end = before is null ? ids.Count : ids.IndexOf(before) is var at && at < 0 ? ~at : at;
        var boots = new List<BootRecord>(Math.Min(most, end));
        for (var i = end - 1; i >= 0 && boots.Count < most; i--)
            boots.Add(_boots[ids[i]]);
        return boots;
    }

    private static long Size(BootRecord boot) => RecordBytes + Math.Max(boot.Bytes, boot.Bytes == 0 ? boot.Entries * EntryBytes : 0);

    // With its token, which may change or disappear later.
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
