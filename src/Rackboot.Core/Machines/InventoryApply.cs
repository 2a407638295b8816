using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Machines;

/// <content>Changes by documents: one or several, all of them are stored or none.</content>
public sealed partial class Inventory
{
    // Machines that are taken over without letting the boot path in between, and events that are told one by one.
    private const int MostAtOnce = 100;

    /// <summary>Creates or replaces the document of the machine <paramref name="name"/>. A matching discovered machine becomes
    /// this one.</summary>
    /// <param name="config">Its machine configuration; null keeps the stored one as <paramref name="spec"/> says.</param>
    /// <param name="expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
    /// <param name="by">The user.</param>
    public async Task<Applied<Machine>> PutMachineAsync(
        string name, MachineSpec spec, Secret? config, long? expected, bool dryRun, string by = "the operator") =>
        (await ApplyAsync(new Description([], [], [new MachinePut(name, spec, config, expected)], by), dryRun)
            .ConfigureAwait(false)).Machines[0];

    /// <summary>Creates or replaces a profile.</summary>
    public Task<Applied<Profile>> PutProfileAsync(Profile profile, long? expected, bool dryRun, string by = "the operator") =>
        PutProfileAsync(new ProfilePut(profile, expected), dryRun, by);

    public async Task<Applied<Profile>> PutProfileAsync(ProfilePut put, bool dryRun, string by = "the operator") =>
        (await ApplyAsync(new Description([put], [], [], by), dryRun).ConfigureAwait(false)).Profiles[0];

    /// <summary>Stores all of <paramref name="description"/>, or nothing if any of it is refused.</summary>
    public async Task<Described> ApplyAsync(Description description, bool dryRun)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_credentials is null || description.Credentials.Count == 0)
                return await ApplyAsync(description, [], [], dryRun).ConfigureAwait(false);
            Described? described = null;
            await _credentials.PutAllAsync(description.Credentials, description.By, async (judged, changes) =>
            {
                described = await ApplyAsync(description, judged, changes, dryRun).ConfigureAwait(false);
                return !dryRun && !described.IsRefused;
            }).ConfigureAwait(false);
            return described!;
        }
        finally
        {
            lock (_lock)
                _adopting.Clear();
            _operator.Release();
        }
    }

    private async Task<Described> ApplyAsync(
        Description description, IReadOnlyList<Applied<Credential>> credentials, IReadOnlyList<Change> more, bool dryRun)
    {
        var spokenOf = description.Machines.Select(put => Adopt(put.Name, put.Spec)).ToList();
        var plan = Plan(description, spokenOf);
        var profiles = description.Profiles.Select(plan.Put).ToList();
        var taken = new HashSet<MachineId>();
        var machines = description.Machines.Zip(spokenOf, (put, m) => plan.Put(
            put with { Spec = KeepAccepted(put.Spec, m.Current) }, m.Current, m.Adopted.FirstOrDefault(a => taken.Add(a.Id)))).ToList();
        var described = new Described(profiles, credentials, machines);
        if (dryRun || described.IsRefused)
            return described;
        if (plan.Changes.Count + more.Count > 0)
            await _store.CommitAsync([.. more, .. plan.Changes]).ConfigureAwait(false);

        var before = _profiles;
        _profiles = plan.Profiles;
        foreach (var profile in profiles.Where(p => p.Changed).Select(p => p.Document!))
            _events.Add("profile.changed", Level.Info, null, null,
                $"profile {profile.Name} {(before.ContainsKey(profile.Name) ? "changed" : "created")} by {description.By}");
        foreach (var some in plan.Machines.Chunk(MostAtOnce))
            Take(some);
        SeatAgain();
        Tell(plan.Machines, description.By);
        return described with
        {
            Machines = [.. machines.Select(m => m.Changed ? m with { Document = _fleet[m.Document!.Id] ?? m.Document } : m)],
        };
    }

    private InventoryPlan Plan(Description description, List<(Machine? Current, IReadOnlyList<Machine> Adopted)> spokenOf)
    {
        var coming = description.Credentials.Select(c => c.Name).ToHashSet();
        var others = spokenOf.Aggregate(_fleet, (fleet, m) => m.Current is { } current ? fleet.Without(current.Id) : fleet);
        return new InventoryPlan(others, _profiles, _time.GetUtcNow())
        {
            HasCredential = name => coming.Contains(name) || _credentials?.Find(name) is not null,
            HasConfig = id => Config(id) is not null,
            Arming = (id, earlier, spec, config) => Arming(id, earlier, spec, config, description.By),
        };
    }

    private void Take(PlannedMachine[] machines)
    {
        lock (_lock)
            foreach (var planned in machines)
            {
                // Observations may have changed during the write.
                var machine = planned.Machine;
                machine = KeepOwnCards(machine with { Observed = _fleet[machine.Id]?.Observed ?? machine.Observed });
                machine = machine with { Seat = SeatOf(machine.Spec!), Omni = OmniOf(machine.Spec!) };
                _fleet = _fleet.With(machine);
                if (_discovered.Remove(machine.Id))
                    SaveObservation(machine.Id, machine.Observed);
                foreach (var other in _fleet.DiscoveredAs(machine.Spec!).Where(other => MayTake(machine, other)).ToList())
                    Absorb(other, machine.Id);
            }
    }

    // Ten thousand machines applied at once would displace all other events.
    private void Tell(List<PlannedMachine> machines, string by)
    {
        foreach (var planned in machines)
            if (planned.Armed is { } armed)
                Provisioning.Armed(planned.Machine.Id, planned.Machine.Name, armed);
        if (machines.Count > MostAtOnce)
            _events.Add("machines.applied", Level.Info, null, null,
                $"{machines.Count(m => m.Created):N0} machines accepted and {machines.Count(m => !m.Created):N0} changed together by "
                    + $"{by}");
        else
            foreach (var (machine, created, discoveredAs, _) in machines)
                _events.Add(created ? "machine.accepted" : "machine.changed", Level.Info, machine.Name, null,
                    discoveredAs is not null ? $"accepted by {by}; discovered earlier as {discoveredAs}" : created
                        ? $"accepted by {by}" : $"changed by {by}");
    }

    // The machine that a change by the operator is about: the one of that name, or else the discovered ones that fit. Until the change is
    // stored they are neither forgotten nor taken for part of another.
    private (Machine? Current, IReadOnlyList<Machine> Adopted) Adopt(string name, MachineSpec spec)
    {
        lock (_lock)
        {
            var current = _fleet.Named(name);
            Machine[] adopted = current is null ? [.. _fleet.DiscoveredAs(spec)] : [];
            _adopting.UnionWith(adopted.Select(m => m.Id));
            if (current is not null)
                _adopting.Add(current.Id);
            return (current, adopted);
        }
    }
}
