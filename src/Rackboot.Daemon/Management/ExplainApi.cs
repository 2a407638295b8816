using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Core.Diagnosis;
using Rackboot.Core.Events;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Boots;
using CoreEntry = Rackboot.Core.Boot.TimelineEntry;

namespace Rackboot.Daemon.Management;

/// <summary>Explains the boot state of a machine, a card or an address.</summary>
internal sealed class ExplainApi(Inquiry inquiry, BootsPart boots)
{
    internal void Map(IEndpointRouteBuilder machines) => machines.MapGet("{name}/explain", Explain)
        .Needs(AccessRole.Viewer, Reach.Filtered)
        .WithSummary("Explain where a boot is, why it stopped, and what to do; by name, MAC or IP address, also for a host that "
            + "is not a machine yet")
        .Produces<Explanation>().Produces<Problem>(404);

    private IResult Explain(HttpContext http, string name)
    {
        var scope = MachineScope.Of(http);
        if (inquiry.Find(name) is { } machine && scope.Includes(machine))
        {
            var boot = boots.Log.Current(machine.Id);
            var timeline = boot is null ? [] : boots.Log.Timeline(boot.Id).Select(e => Line(boot, e));
            return Answer(machine.Name, inquiry.Explain(machine), [.. boots.TrustApi.Findings(machine), .. timeline], boot);
        }

        return scope.IsWhole && Inquiry.IsSomebody(name) ? Answer(name, inquiry.Explain(name), [], null)
            : Answers.NotFound($"there is no machine {name}; a MAC or IP address works too");
    }

    private static IResult Answer(string who, Verdict verdict, IReadOnlyList<string> findings, BootRecord? boot) => Results.Json(
        new Explanation(who, verdict.Sentence, verdict.Remedies.Count == 0 ? null : string.Join("; ", verdict.Remedies), findings,
            boot is null ? null : BootApi.Write(boot))
        {
            Cause = verdict.Cause,
            Confidence = (Contracts.Confidence)verdict.Confidence,
            Evidence = verdict.Evidence,
            Remedies = verdict.Remedies,
        }, Document.Json);

    private static string Line(BootRecord boot, CoreEntry entry)
    {
        var after = entry.After ?? entry.Time - boot.Started;
        return $"{entry.Time:HH:mm:ss}  +{after.TotalSeconds,6:0.0} s  {entry.Source,-8} "
            + $"{(entry.Level == Level.Info ? "" : entry.Level.ToString().ToLowerInvariant() + ": ")}{entry.Text}";
    }
}
