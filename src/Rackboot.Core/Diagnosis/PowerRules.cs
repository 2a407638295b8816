using Rackboot.Core.Boot;
using Rackboot.Core.Power;

namespace Rackboot.Core.Diagnosis;

/// <summary>Rules about a machine's power and its BMC.</summary>
internal static class PowerRules
{
    public const string FailedCause = "power-action-failed";
    public const string BmcCause = "bmc-trouble";
    public const string OffCause = "off";

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    // Firmware of large servers needs minutes until its first request.
    private static readonly TimeSpan SelfTest = TimeSpan.FromMinutes(3);

    public static Verdict? Failed(Situation s)
    {
        if (s.Power is not { Last: { Failure: { } failure } last } power || power.LastAgo > Recent || s.Boot is not null
            && s.Silent < power.LastAgo)
            return null;
        // A failed power action does not explain a successful boot.
        if (s.Boot is { Outcome: BootOutcome.Succeeded } && !last.Request.Starts)
            return null;
        return Verdict.Certain(FailedCause, $"{s.Name}: power {last.Request.Action.ToString().ToLowerInvariant()} failed "
            + $"{Words.Time(power.LastAgo)} ago: {last.Text}", Mend(s, power, failure));
    }

    public static Verdict? State(Situation s)
    {
        if (s.Power is not { } power || s.Boot is { Outcome: not (BootOutcome.Stalled or BootOutcome.Running) }
            || s.Boot is { Outcome: BootOutcome.Running } && !s.IsSuspicious)
            return null;
        if (power.Standing is { IsStopped: true } or { IsSilent: true } && s.Boot is null)
            return Verdict.Certain(BmcCause, $"{s.Name} cannot be powered on or off: {Trouble(power)}",
                Mend(s, power, power.Standing.IsStopped ? PowerFailure.WrongCredential : PowerFailure.NoAnswer));
        if (power.IsOff)
        {
            var on = power.JustFailed(PowerAction.On) ? $"power it on by hand, or see its BMC's log: rackboot bmc sel {s.Name}"
                : $"power it on: rackboot power on {s.Name} --boot network";
            return Verdict.Certain(OffCause, $"{s.Name} is off according to its BMC ({Words.Time(power.ReadAgo!.Value)} ago)", on);
        }

        if (s.Boot is null && power.Last is { Failure: null } last && last.Request.Starts && power.LastAgo < Recent)
            return power.LastAgo < SelfTest
                ? Verdict.Certain("powered-on", $"{s.Name} was started {Words.Time(power.LastAgo)} ago and has not asked for an address "
                    + $"yet; firmware takes up to {Words.Time(SelfTest)}")
                : Verdict.Likely("no-network-boot", $"{s.Name} was started {Words.Time(power.LastAgo)} ago and has not asked for an "
                    + "address: most likely it does not boot from the network", [
                    $"boot it from the network: rackboot power cycle {s.Name} --boot network", s.Console,
                    $"see what it will boot next: rackboot bmc boot {s.Name}",
                        "put the network first in its firmware's boot order, and check the cable and the VLAN of its port"]);
        return null;
    }

    public static IEnumerable<string> Evidence(Situation s, PowerFacts power)
    {
        if (power.Last is { } last && power.LastAgo < Recent)
            yield return $"power {last.Request.Action.ToString().ToLowerInvariant()} {(last.Failure is null ? "succeeded" : "failed")} "
                + $"{Words.Time(power.LastAgo)} ago: {last.Text}";
        if (power.IsOff)
            yield return $"its BMC reported that it is off ({Words.Time(power.ReadAgo!.Value)} ago)";
        if (power.Standing is { IsStopped: true } or { IsSilent: true } || power.Reading.Problem is not null)
            yield return Trouble(power);
    }

    private static IEnumerable<string> Probe(Situation s) =>
        s.Machine?.Spec?.Bmc?.Address is { } address && address.Split('.') is [var a, var b, var c, _]
            ? [$"look for it: rackboot bmc probe {a}.{b}.{c}.0/24"] : [];

    private static string Trouble(PowerFacts power) =>
        power.Standing is { IsStopped: true } stopped
            ? $"its BMC, {stopped.Endpoint}, refused {(stopped.Credential is { } name ? $"credential {name}" : "the login")} twice, and "
            + "all attempts stop"
        : power.Standing is { IsSilent: true } silent ? $"its BMC, {silent.Endpoint}, does not answer"
        : $"reading its BMC failed: {power.Reading.Problem}";

    private static string[] Mend(Situation s, PowerFacts power, PowerFailure failure)
    {
        if (power.Standing is { IsStopped: true })
            failure = PowerFailure.WrongCredential;
        return failure switch
        {
            PowerFailure.WrongCredential => [$"correct {(power.Standing?.Credential is { } name ? $"credential {name}" : "the login")}, "
                + "and apply it: rackboot apply -f FILE", "until then Rackboot does not log in, so that the BMC does not lock the account"],
            PowerFailure.NoAnswer => [$"check the address of its BMC ({power.Standing?.Endpoint ?? "bmc in its document"}), its cable, "
                + "and that this host reaches it on UDP 623 (IPMI) or TCP 443 (Redfish)", .. Probe(s)],
            PowerFailure.TooSlow => [$"see its BMC's log: rackboot bmc sel {s.Name}",
                "press its power button; if it does not start, look at its power supplies"],
            PowerFailure.NotSupported => ["use another action, or another driver: bmc.driver in its document, then: rackboot apply "
                + "-f FILE"],
            PowerFailure.BadAnswer => ["restart the BMC, and update its firmware",
                "try the other protocol: bmc.driver ipmi or redfish in its document, then: rackboot apply -f FILE"],
            PowerFailure.Misconfigured => ["correct bmc in its document, and apply it: rackboot apply -f FILE"],
            _ => [$"see its BMC's log: rackboot bmc sel {s.Name}", $"see what it will boot next: rackboot bmc boot {s.Name}"],
        };
    }
}
