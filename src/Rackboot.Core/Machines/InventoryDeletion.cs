using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Machines;

/// <content>Deletions by the operator.</content>
public sealed partial class Inventory
{
    /// <summary>Deletes a machine and its configuration.</summary>
    /// <param name="dryRun">Check only; change nothing.</param>
    /// <param name="by">The user.</param>
    public async Task<Refusal?> DeleteMachineAsync(string name, long? expected, bool dryRun = false, string by = "the operator")
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_fleet.Named(name) is not { } machine)
                return Refusal.NotFound($"there is no machine {name}");
            if (expected is { } e && e != machine.Version)
                return Refusal.Changed($"machine {name} is at version {machine.Version}, not {e}; get it again and repeat the change");
            if (dryRun)
                return null;
            await DeleteAsync([machine], by).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    /// <summary>Deletes machines and their configurations, all with one write.</summary>
    /// <returns>Of each name why nothing was deleted, or null.</returns>
    public async Task<IReadOnlyDictionary<string, Refusal?>> DeleteMachinesAsync(IReadOnlyCollection<string> names, bool dryRun, string by)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            var machines = names.Select(_fleet.Named).OfType<Machine>().ToList();
            if (!dryRun && machines.Count > 0)
                await DeleteAsync(machines, by).ConfigureAwait(false);
            var found = machines.Select(m => m.Name).ToHashSet();
            return names.ToDictionary(name => name, name => found.Contains(name) ? null : Refusal.NotFound($"there is no machine {name}"));
        }
        finally
        {
            _operator.Release();
        }
    }

    /// <summary>Deletes a profile that no machine uses.</summary>
    /// <param name="without">Machines to consider as already deleted.</param>
    public async Task<Refusal?> DeleteProfileAsync(
        string name, long? expected, bool dryRun = false, string by = "the operator", IReadOnlySet<string>? without = null)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_profiles.TryGetValue(name, out var profile))
                return Refusal.NotFound($"there is no profile {name}");
            if (expected is { } e && e != profile.Version)
                return Refusal.Changed($"profile {name} is at version {profile.Version}, not {e}; get it again and repeat the change");
            if (_fleet.Machines.FirstOrDefault(m => m.Spec?.Profile == name && without?.Contains(m.Name) is not true) is { } user)
                return Refusal.Conflict("", $"profile {name} is used by machine {user.Name}; give it another profile first");
            if (dryRun)
                return null;
            await _store.CommitAsync([Change.Delete(Table.Profiles, name), Change.Delete(Table.JoinTokens, name)]).ConfigureAwait(false);
            _profiles = _profiles.Remove(name);
            _events.Add("profile.deleted", Level.Info, null, null, $"profile {name} deleted by {by}");
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    /// <summary>Deletes a credential that no machine's BMC uses.</summary>
    /// <param name="without">Machines to consider as already deleted.</param>
    public async Task<Refusal?> DeleteCredentialAsync(
        string name, long? expected, bool dryRun = false, string by = "the operator", IReadOnlySet<string>? without = null)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_credentials?.Find(name) is not { } credential)
                return Refusal.NotFound($"there is no credential {name}");
            if (expected is { } e && e != credential.Version)
                return Refusal.Changed($"credential {name} is at version {credential.Version}, not {e}; get it again and repeat the "
                    + $"change");
            if (UsersOf(name).FirstOrDefault(m => without?.Contains(m.Name) is not true) is { } user)
                return Refusal.Conflict("", $"credential {name} is used by machine {user.Name}; give its bmc another one first");
            if (CredentialUser(name) is { } other)
                return Refusal.Conflict("", $"credential {name} is used by {other}; give it another one first");
            if (dryRun)
                return null;
            await _credentials.DeleteAsync(name, by).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    private async Task DeleteAsync(IReadOnlyCollection<Machine> machines, string by)
    {
        await _store.CommitAsync([.. machines.SelectMany(m => Deletion(m.Id))]).ConfigureAwait(false);
        foreach (var (id, name) in machines.Select(m => (m.Id, m.Name)))
        {
            lock (_lock)
            {
                _fleet = _fleet.Without(id);
                _discovered.Remove(id);
                _store.Post(Change.Delete(Table.Observations, id.Value)); // it may have been seen during the write
                Provisioning.Forget(id);
                Pending.Forget(id);
                Gone?.Invoke(id, null);
            }

            _events.Add("machine.deleted", Level.Info, name, null, $"deleted by {by}");
        }
    }
}
