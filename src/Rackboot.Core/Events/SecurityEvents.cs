using System.Collections.Frozen;

namespace Rackboot.Core.Events;

/// <summary>The security-relevant kinds of events: deliveries of secrets, refusals, changes of permissions. Each has
/// its own ring, so that no flood of other events displaces it. New kinds are added only here.</summary>
public static class SecurityEvents
{
    private static readonly FrozenSet<string> Kinds = FrozenSet.Create(
        "config.delivered", "config.refused", "script.refused",
        "machine.accepted", "machine.changed", "machine.deleted", "machine.armed", "machine.disarmed", "machine.released",
        "machine.card.pending", "machine.card.accepted", "machine.card.revoked",
        "credential.changed", "credential.deleted", "credential.rotating", "credential.rotated", "credential.failed",
        "bmc.stopped", "bmc.refused", "login.refused",
        "store.key", "store.trouble", "store.well");

    public static bool Contains(string kind) => Kinds.Contains(kind);
}
