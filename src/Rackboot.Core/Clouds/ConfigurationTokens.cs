using System.Security.Cryptography;
using System.Text;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>Tokens with which servers at providers fetch their configuration, each once. A token is derived from a key of this appliance
/// and from the order,
/// so it is in no store, and the same order has the same script whenever that is written.</summary>
/// <param name="root">Where servers reach the listener.</param>
/// <param name="key">Secret; 32 bytes.</param>
public sealed class ConfigurationTokens(CloudBook book, Inventory inventory, EventLog events, TimeProvider time, Uri root, byte[] key)
{
    /// <summary>The first part of every path that is answered.</summary>
    public const string Path = "configuration";

    private const int TokenBytes = 20;

    /// <summary>Where a machine's server fetches its configuration; null if it has none of its own. Machines of clusters get theirs
    /// pushed.</summary>
    /// <param name="order">The order's mark, or the id of a server that is rented already.</param>
    public Uri? UrlOf(MachineId machine, string order) =>
        inventory.Fleet[machine] is { Spec.Config: not null, Seat: null } ? new Uri(root, $"{Path}/{TokenOf(machine, order)}") : null;

    /// <summary>The configuration that a token stands for. That it was given is on disk before it is given.</summary>
    /// <param name="from">Who asks.</param>
    /// <returns>Null: nobody's token, or one that was used.</returns>
    public async Task<Secret?> TakeAsync(string token, string from)
    {
        if (Find(token) is not { } placement || inventory.Fleet[placement.Machine] is not { Spec.Config: not null, Seat: null } machine
            || inventory.Config(machine.Id) is not { } configuration)
            return null;
        var first = false;
        await book.ChangeAsync(placement.Machine, p =>
        {
            first = p is { Configured: null };
            return first ? p! with { Configured = time.GetUtcNow(), Fingerprint = null } : p;
        }).ConfigureAwait(false);
        if (!first)
        {
            events.Add("config.refused", Level.Warning, machine.Name, null,
                $"{from} asked with its token, which was used {placement.Configured:O}; nothing was given");
            return null;
        }

        await inventory.Provisioning.DeliveredAsync(machine).ConfigureAwait(false);
        events.Add("config.delivered", Level.Info, machine.Name, null, $"its configuration was fetched from {from} with its token");
        return configuration;
    }

    private string TokenOf(MachineId machine, string order) => Convert.ToHexStringLower(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{machine.Value}\n{order}")).AsSpan(0, TokenBytes));

    private Placement? Find(string token)
    {
        if (token.Length != 2 * TokenBytes)
            return null;
        var given = Encoding.ASCII.GetBytes(token);
        Placement? found = null;
        foreach (var placement in book.Placements)
            if (placement.Stage is PlacementStage.Ordering or PlacementStage.Unsure or PlacementStage.Building or PlacementStage.Running
                && (placement.Mark ?? placement.Server ?? placement.Place.Server) is { } order
                && CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(TokenOf(placement.Machine, order))))
                found = placement;
        return found;
    }
}
