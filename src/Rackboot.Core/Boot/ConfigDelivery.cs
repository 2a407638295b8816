using System.Net;
using System.Security.Cryptography;
using System.Text;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Boot;

/// <summary>Serves machine configurations, which hold the keys of a cluster: for the token of the current boot, if
/// <see cref="TrustRules"/> releases it, once and during a short grace period.</summary>
/// <param name="grace">How long retries are answered after the first complete delivery.</param>
public sealed class ConfigDelivery(
    Inventory inventory, BootLog boots, AddressBook addresses, TrustDesk trust, EventLog events, TimeProvider time, Func<TimeSpan> grace)
{
    /// <summary>The configuration of a machine that is in a cluster, or why it has none.</summary>
    public Func<Machine, (Secret? Configuration, string? Mistake)> Composed { get; set; } = _ => (null, null);

    /// <summary>Refusals that belong to no machine's boot.</summary>
    public Sightings Sightings { get; init; } = new(TimeProvider.System);

    /// <summary>A new token for the current boot of <paramref name="machine"/>; it voids an earlier token of that boot. Its hash
    /// is on disk before this returns.</summary>
    public async Task<string> MintAsync(MachineId machine)
    {
        var token = Base64Url(RandomNumberGenerator.GetBytes(24));
        await boots.CommitAsync(machine, boot => boot with { TokenSha256 = Hash(token), ConfigDelivered = null }).ConfigureAwait(false);
        return token;
    }

    /// <summary>The configuration for a request, or why it is refused. Every refusal is an event.</summary>
    /// <param name="device">The interface on which it arrived.</param>
    /// <param name="query">The expanded variables of the URL: the machine's claimed identity.</param>
    public ConfigAnswer Open(string token, IPAddress source, string device, ConfigQuery query)
    {
        var asking = addresses.At(source);
        if (boots.WithToken(Hash(token)) is not { } boot)
            return Refuse(FactKind.ConfigUnknownToken, asking, null, source,
                "the token belongs to no current boot (it is from an earlier boot, or invented)");
        if (inventory.Fleet[boot.Machine] is not { } machine)
            return Refuse(FactKind.ConfigNotReleased, asking, boot, source, "its machine was deleted");
        var verdict = trust.Judge(machine, source, device, card: null);
        if (verdict.Level < TrustLevel.Itself)
            return Refuse(FactKind.ConfigWrongAddress, boot.Machine, boot, source, verdict.Reason);
        if (query.Mac is { } mac && !machine.Owns(mac))
            return Refuse(FactKind.ConfigWrongCard, boot.Machine, boot, source,
                $"the request names MAC {mac}, which is not a card of {machine.Name}", $"{mac}");
        if (SystemUuid.Canonical(query.Uuid) is { } uuid && (machine.Spec?.Uuid ?? machine.Observed.Uuid) is { } known
            && SystemUuid.Canonical(known) is { } expected && uuid != expected)
            return Refuse(FactKind.ConfigWrongUuid, boot.Machine, boot, source,
                $"the request names UUID {query.Uuid}, which is not the UUID of {machine.Name}");
        if (boot.ConfigDelivered is { } delivered && (time.GetUtcNow() - delivered)
            .Duration() > grace()) // setting the clock back does not prolong it
            return Refuse(FactKind.ConfigAfterGrace, boot.Machine, boot, source,
                $"it was delivered at {delivered:HH:mm:ss}, and the grace period for retries ({grace().TotalSeconds:0} s) is over");
        if (verdict.Level < TrustLevel.Released)
            return Refuse(FactKind.ConfigNotReleased, boot.Machine, boot, source, verdict.Reason);
        try
        {
            var (config, mistake) = machine.Seat is not null ? Composed(machine)
                : machine is { Omni: { } join, Spec.Profile: { } profile } && inventory.JoinToken(profile) is { } joinToken
                ? (OmniParameters.Configuration(join, joinToken), null)
                : (inventory.Config(machine.Id), null);
            return config is not null
                ? new ConfigAnswer(config, machine, boot, null)
                : Refuse(FactKind.ConfigUnreadable, boot.Machine, boot, source,
                    mistake ?? $"the store has no configuration for {machine.Name}; apply it again");
        }
        catch (Exception e) when (e is StoreException or InvalidDataException)
        {
            return Refuse(FactKind.ConfigUnreadable, boot.Machine, boot, source,
                $"reading the configuration of {machine.Name} failed: {e.Message}");
        }
    }

    /// <summary>Records that the configuration was sent completely.</summary>
    public async Task DeliveredAsync(Machine machine, BootRecord boot, IPAddress source, int bytes)
    {
        // A machine that started over while the last bytes were sent has a new boot, which has received nothing yet.
        if (boots.Current(machine.Id)?.Id == boot.Id)
            boots.Note(machine, BootStage.Configured, "config", machine.Omni is null
                    ? $"machine configuration delivered to {source}, {bytes:N0} bytes"
                    : $"Omni join configuration delivered to {source}; Omni manages the machine from now on",
                change: b => b.Id == boot.Id ? Delivered(b, machine) : b, fact: new Fact(FactKind.ConfigDelivered));
        else
            boots.DeliveredLate(boot, time.GetUtcNow());
        if (machine.Accepted)
            await inventory.Provisioning.DeliveredAsync(machine).ConfigureAwait(false);
        events.Add("config.delivered", Level.Info, machine.Name, boot.Id, $"machine configuration delivered to {source}");
        await boots.CommitAsync(machine.Id, b => b).ConfigureAwait(false);
    }

    // From now on the machine reports to Omni and not to this appliance.
    private BootRecord Delivered(BootRecord boot, Machine machine)
    {
        var delivered = boot with { ConfigDelivered = boot.ConfigDelivered ?? time.GetUtcNow() };
        return machine.Omni is null ? delivered : delivered with { Outcome = BootOutcome.Succeeded };
    }

    private ConfigAnswer Refuse(FactKind kind, MachineId? machine, BootRecord? boot, IPAddress source, string reason, string? about = null)
    {
        var name = boot?.MachineName ?? (machine is { } id ? inventory.Fleet[id]?.Name : null);
        events.Add("config.refused", Level.Warning, name, boot?.Id, $"machine configuration refused to {source}: {reason}");
        // The machine's own refusals belong to its boot; those of other hosts are only events.
        if (machine is { } known && addresses.At(source) == known)
            boots.Remark(known, "config", $"machine configuration refused to {source}: {reason}", Level.Warning,
                new Fact(kind, about ?? $"{source}"));
        else
            Sightings.Add(source, new Fact(kind, name), $"requested the machine configuration of {name ?? "a machine"} and was refused: "
                + $"{reason}");
        if (boot is not null && boots.Current(boot.Machine)?.Id == boot.Id && addresses.At(source) != boot.Machine)
            Sightings.AddOf(boot.Machine, new Fact(kind, about ?? $"{source}"),
                $"its machine configuration was refused to {source}, which sent the right token: {reason}");
        return new ConfigAnswer(null, null, null, reason);
    }

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=');
}
