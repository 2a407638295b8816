using System.Collections.Frozen;

namespace Rackboot.Core.Events;

/// <summary>The kinds of event that matter for security: who got a secret, who was refused, who changed what may be given out. Each of
/// them is kept
/// in a ring of its own, so that no flood of others pushes it out. A new kind that matters is added here and nowhere else.</summary>
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
