using System.Net;
using Rackboot.Cloud;
using Rackboot.Core.Clouds;
using Rackboot.Core.Diagnosis;
using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What is said of machines at providers: nothing is seen of how they boot, so the record of the placement is the fact. How
/// records come to be, Rackboot.Cloud.Tests tries at simulated providers.</summary>
internal static class PlacedCauses
{
    public const string Section = "Servers at providers";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly Placement Node = new()
    {
        Machine = MachineId.New(Now), Name = "node-31", Place = new Place("latitude-eu", "c3-large-x86", "FRA"), Since = Now,
        Quote = new Quote(new Money(0.5m, "USD"), null, null, CloudStock.In, Now), Mark = "rb3f9a1c20b7d4e155",
    };

    private static readonly Placement Server = Node with
    {
        Stage = PlacementStage.Running, Server = "sv_1", Word = "on", On = true, Addresses = [IPAddress.Parse("198.51.100.7")],
        Hourly = new Money(0.5m, "USD"), Fingerprint = "SHA256:Gf1Q",
    };

    public static IReadOnlyList<(string Title, string Cause, Placement Placement)> All { get; } =
    [
        ("It waits for approval", "placed-planned", Node),
        ("Its order is on the way", "placed-ordering", Node with { Stage = PlacementStage.Ordering }),
        ("Its order got no answer", "placed-unsure", Node with { Stage = PlacementStage.Unsure }),
        ("Its provider prepares it", "placed-building", Server with { Stage = PlacementStage.Building, Word = "deploying", On = null }),
        ("It runs", "placed-running", Server),
        ("It is off", "placed-off", Server with { Word = "off", On = false }),
        ("Its provider says that something is wrong", "placed-problem", Server with
        {
            Stage = PlacementStage.Building, Word = "failed_deployment", On = null,
            Problem = "Latitude.sh reports that it failed (failed_deployment); it may still cost money. Release it: rackboot delete "
                + "machine node-31",
        }),
        ("It is being released", "placed-releasing", Server with { Stage = PlacementStage.Releasing }),
        ("It was released and costs until it ends", "placed-ending", Server with
        {
            Stage = PlacementStage.Ending, Ends = "it ends on 2026-12-31, when Hetzner's cancellation takes effect",
        }),
        ("Somebody deleted it in the provider's console", "placed-lost", Server with { Stage = PlacementStage.Lost, Hourly = null }),
    ];

    /// <summary>As <c>rackboot explain</c> says it.</summary>
    public static Verdict Explain(Placement placement) => Explainer.Explain(
        new Situation { Name = placement.Name, Placement = placement, Clock = new ClockFacts(Now, null, null, TimeSpan.Zero) });
}
