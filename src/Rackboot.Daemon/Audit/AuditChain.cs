using System.Globalization;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Audit;

/// <summary>Judges whether entries, oldest first, are all there and as they were written.</summary>
internal sealed class AuditChain(string? contains)
{
    private AuditRecord? _first;
    private AuditRecord? _last;
    private long _entries;
    private long _removedUpTo;
    private string? _mistake;
    private bool _found;

    public void Add(AuditRecord entry)
    {
        _entries++;
        if (_last is not null && entry.Id != _last.Id + 1)
            Say($"entries {_last.Id + 1} to {entry.Id - 1} are missing");
        else if (_last is not null && entry.Previous != _last.Hash)
            Say($"entry {entry.Id} does not follow from entry {_last.Id}: one of them was changed");
        if (entry.ComputeHash() != entry.Hash)
            Say($"entry {entry.Id} was changed after it was written");
        if (entry.What == AuditLog.Removal
            && long.TryParse(entry.Detail?.Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var upTo))
            _removedUpTo = upTo;
        _found |= entry.Hash == contains;
        (_first, _last) = (_first ?? entry, entry);
    }

    public AuditCheck Result()
    {
        if (_first is not null && _first.Id != _removedUpTo + 1)
            Say($"entries {_removedUpTo + 1} to {_first.Id - 1} are missing, and were not removed by retention");
        if (_first is { Id: 1 } && _first.Previous != AuditRecord.Origin)
            Say("entry 1 does not begin the audit");
        if (contains is not null && !_found)
            Say($"no entry has the hash {contains}: entries after it were removed, or all were rewritten");
        return new AuditCheck
        {
            Entries = _entries, First = _first?.Id, Last = _last?.Id, Head = _last?.Hash, Mistake = _mistake,
        };
    }

    private void Say(string mistake) => _mistake ??= mistake;
}
