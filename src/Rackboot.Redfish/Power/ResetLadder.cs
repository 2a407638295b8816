namespace Rackboot.Redfish;

/// <summary>Which ResetTypes do what was asked, the best first (Redfish Resource schema, ResetType).</summary>
internal static class ResetLadder
{
    /// <summary>Stands for "off, wait, on" where no single reset does it.</summary>
    public const string OffThenOn = "";

    public static IReadOnlyList<string> For(RedfishPowerAction action, RedfishPowerState state) => action switch
    {
        RedfishPowerAction.On when state == RedfishPowerState.Off => ["On", "ForceOn", "PushPowerButton"],
        RedfishPowerAction.On => ["On", "ForceOn"],
        RedfishPowerAction.Off => ["ForceOff"],
        RedfishPowerAction.SoftOff when state == RedfishPowerState.On => ["GracefulShutdown", "PushPowerButton"],
        RedfishPowerAction.SoftOff => ["GracefulShutdown"],
        RedfishPowerAction.Cycle => ["PowerCycle", "FullPowerCycle", OffThenOn],
        RedfishPowerAction.Reset => ["ForceRestart", "PowerCycle", OffThenOn],
        RedfishPowerAction.SoftReset => ["GracefulRestart"],
        RedfishPowerAction.DiagnosticInterrupt => ["Nmi"],
        _ => [],
    };

    /// <summary>The first that is allowed and does no harm; null if there is none. Where the service does not say, the first is
    /// tried.</summary>
    public static string? Choose(
        RedfishPowerAction action, RedfishPowerState state, IReadOnlyList<string> allowed, IReadOnlyList<string> harmful) =>
        For(action, state)
            .Where(r => !harmful.Contains(r))
            .FirstOrDefault(r => r == OffThenOn
                ? allowed.Contains("ForceOff") || allowed.Count == 0
                : allowed.Count == 0 || allowed.Contains(r));

    /// <summary>The state that shows that it worked; null where none does.</summary>
    public static RedfishPowerState? Goal(RedfishPowerAction action) => action switch
    {
        RedfishPowerAction.DiagnosticInterrupt => null,
        RedfishPowerAction.Off or RedfishPowerAction.SoftOff => RedfishPowerState.Off,
        _ => RedfishPowerState.On,
    };

    /// <summary>How long a restarted machine must show On before that is believed, if nothing else shows that it was restarted.</summary>
    public static TimeSpan ProofTime(string type, RedfishOptions options) => type switch
    {
        "PowerCycle" or "FullPowerCycle" => options.SettleLimit, // it goes off, but when is up to the service
        "ForceRestart" or "GracefulRestart" => options.PollInterval * 2, // most services show On throughout
        _ => TimeSpan.Zero,
    };
}
