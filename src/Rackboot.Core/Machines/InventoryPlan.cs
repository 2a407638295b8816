using System.Collections.Immutable;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Machines;

/// <summary>The result of an operator's changes, validated against the state after all of them; it changes nothing yet.</summary>
/// <param name="fleet">The machines without those in the changes.</param>
internal sealed class InventoryPlan(Fleet fleet, ImmutableDictionary<string, Profile> profiles, DateTimeOffset now)
{
    // What the machines that the operator speaks of will be recognised by, and whose it is.
    private readonly Dictionary<string, Machine> _claims = [];

    /// <summary>Whether there is, or then would be, a credential of this name.</summary>
    public required Func<string, bool> HasCredential { get; init; }

    /// <summary>Whether a machine configuration is stored for a machine.</summary>
    public required Func<MachineId, bool> HasConfig { get; init; }

    /// <summary>Whether a machine is armed by being described: what it was, is to be, and its new configuration.</summary>
    public required Func<MachineId, MachineSpec?, MachineSpec, Secret?, (Change Change, ProvisioningState State)?> Arming { get; init; }

    /// <summary>The profiles after the changes.</summary>
    public ImmutableDictionary<string, Profile> Profiles { get; private set; } = profiles;

    /// <summary>The changes to store.</summary>
    public List<Change> Changes { get; } = [];

    /// <summary>The new and changed machines.</summary>
    public List<PlannedMachine> Machines { get; } = [];

    public Applied<Profile> Put(ProfilePut put)
    {
        var profile = put.Profile;
        var current = Profiles.GetValueOrDefault(profile.Name);
        if (profile.Omni is { TokenSha256: null } join)
            if (current?.Omni?.TokenSha256 is { } stored)
                profile = profile with { Omni = join with { TokenSha256 = stored } };
            else
                return Applied<Profile>.Refused(Refusal.Invalid(
                    "/omni/joinToken", "is missing; Omni shows it in its kernel arguments (jointoken=…); name a file that contains it"));
        var version = current?.Version ?? 0;
        if (put.Expected is { } e && e != version)
            return Applied<Profile>.Refused(Changed("profile", profile.Name, version, e));
        if (current is not null && Same(current with { Version = 0 }, profile with { Version = 0 }))
            return Applied<Profile>.Unchanged(current);
        var changed = profile with { Version = version + 1 };
        Changes.Add(Change.Replace(Table.Profiles, profile.Name, changed, version));
        if (profile.Omni is null && current?.Omni is not null)
            Changes.Add(Change.Delete(Table.JoinTokens, profile.Name));
        else if (profile.Omni is not null && put.JoinToken is { } token)
            Changes.Add(Change.Put(Table.JoinTokens, profile.Name, token.Reveal().ToArray()));
        Profiles = Profiles.SetItem(profile.Name, changed);
        return new Applied<Profile>(changed, Created: current is null);
    }

    /// <param name="current">The machine of that name.</param>
    /// <param name="adopted">Otherwise a matching discovered one.</param>
    public Applied<Machine> Put(MachinePut put, Machine? current, Machine? adopted)
    {
        var (name, spec) = (put.Name, put.Spec);
        var version = current?.Accepted is true ? current.Version : 0;
        if (put.Expected is { } e && e != version)
            return Applied<Machine>.Refused(Changed("machine", name, version, e));
        var machine = current ?? adopted ?? new Machine
        {
            Id = MachineId.New(now),
            Name = name,
            Observed = new MachineObservation { FirstSeen = now, LastSeen = now },
        };
        if (Mistake(spec, machine.Id) is { } refusal)
            return Applied<Machine>.Refused(refusal);
        if (current?.Accepted is true && Same(current.Spec!, spec) && (put.Config is null || HasConfig(current.Id)))
        {
            Claim(current);
            return Applied<Machine>.Unchanged(current);
        }

        var changed = machine with { Name = name, Spec = spec, Version = machine.Version + 1 };
        Changes.Add(Change.Replace(Table.Machines, machine.Id.Value, new StoredMachine(name, spec), machine.Version));
        if (put.Config is { } config)
            Changes.Add(Change.Put(Table.MachineConfigs, machine.Id.Value, config.Reveal().ToArray()));
        else if (spec.Config is null)
            Changes.Add(Change.Delete(Table.MachineConfigs, machine.Id.Value));
        var arming = Arming(machine.Id, current?.Spec, spec, put.Config);
        if (arming is { } arm)
            Changes.Add(arm.Change);
        Machines.Add(new PlannedMachine(changed, Created: version == 0, adopted?.Name, arming?.State));
        Claim(changed);
        return new Applied<Machine>(changed, Created: version == 0);
    }

    private Refusal? Mistake(MachineSpec spec, MachineId self)
    {
        if ((fleet.Conflict(spec, self) ?? ConflictAmong(spec)) is { } conflict)
            return conflict.Claim.StartsWith("bmc:", StringComparison.Ordinal) ? SameBmc(spec, conflict.Machine) : Refusal.Conflict(
                Path(spec, conflict.Claim),
                $"{Word(conflict.Claim)} already belongs to machine {conflict.Machine.Name}; remove it there first");
        if (spec.Profile is { } profile && !Profiles.ContainsKey(profile))
            return Refusal.Invalid("/profile", $"there is no profile {profile}; apply it first");
        if (spec.Bmc is { } bmc && bmc.Credentials.FirstOrDefault(c => !HasCredential(c)) is { } unknown)
            return Refusal.Invalid(
                unknown == bmc.Credential ? "/bmc/credential" : "/bmc/kg", $"there is no credential {unknown}; apply it first");
        return null;
    }

    private static Refusal SameBmc(MachineSpec spec, Machine other) => Refusal.Conflict(
        spec.Bmc!.Socket is null ? "/bmc/address" : "/bmc/socket",
        $"{spec.Bmc.Socket ?? spec.Bmc.Address} is also the BMC of machine {other.Name}, so both would power off together; correct one of "
        + "them, or set bmc.system of each if the BMC has several systems");

    private (Machine Machine, string Claim)? ConflictAmong(MachineSpec spec)
    {
        foreach (var claim in Fleet.Claims(spec))
            if (_claims.TryGetValue(claim, out var other))
                return (other, claim);
        return null;
    }

    private void Claim(Machine machine)
    {
        foreach (var claim in Fleet.Claims(machine.Spec!))
            _claims[claim] = machine;
    }

    private static Refusal Changed(string kind, string name, long version, long expected) =>
        Refusal.Changed($"{kind} {name} is at version {version}, not {expected}; get it again and repeat the change");

    private static bool Same<T>(T one, T other) => StoreJson.Write(one).AsSpan().SequenceEqual(StoreJson.Write(other));

    internal static string Word(string key) => key.Split(':', 2) is [var kind, var value] ? $"{kind} {value}" : key;

    private static string Path(MachineSpec spec, string claim) => claim.Split(':', 2) is ["mac", var mac]
        ? $"/macs/{spec.Macs.ToList().FindIndex(m => m.ToString() == mac)}"
        : $"/{claim.Split(':')[0]}";
}
