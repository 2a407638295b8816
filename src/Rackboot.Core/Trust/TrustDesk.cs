using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Trust;

/// <summary>Gathers the facts about a request and asks <see cref="TrustRules"/>.</summary>
public sealed class TrustDesk(Inventory inventory, AddressBook addresses, ServedNetworks networks, INeighbours neighbours)
{
    /// <summary>Whether <paramref name="source"/> is in a served subnet and came in over the interface of it.</summary>
    public bool IsServed(IPAddress source, string device) => networks.Way(source, device) is SourceWay.OnLink or SourceWay.Relayed;

    /// <summary>The trust in a request for <paramref name="machine"/>.</summary>
    /// <param name="device">The interface on which it arrived.</param>
    /// <param name="card">The hardware address that it names.</param>
    public TrustVerdict Judge(Machine machine, IPAddress source, string device, MacAddress? card)
    {
        var way = networks.Way(source, device);
        var proof = addresses.Proof(source);
        return TrustRules.Judge(new TrustFacts
        {
            Machine = machine,
            Source = source,
            Way = way,
            Mode = networks.Find(source)?.Mode,
            Proof = proof,
            ProofName = proof.Machine is { } holder ? inventory.Fleet[holder]?.Name : null,
            Neighbour = way == SourceWay.OnLink ? neighbours.At(source, device) : null,
            Card = card,
            Provisioning = inventory.Provisioning.Of(machine.Id),
            AlwaysReleased = machine.Spec?.Profile is { } name && inventory.Profiles.TryGetValue(name, out var profile)
                && profile.Configuration == ConfigurationRelease.Always,
        });
    }
}
