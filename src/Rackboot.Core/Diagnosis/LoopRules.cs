using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>Boots that restart repeatedly without completing.</summary>
internal static class LoopRules
{
    public const string Cause = "boot-loop";

    private const int Enough = 3;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>How many consecutive boots before the current one ended in a restart, and since when.</summary>
    public static (int Boots, TimeSpan Within, BootStage? Each) Count(Situation s)
    {
        if (s.Boot is not { } boot)
            return default;
        var (boots, since, stages) = (0, boot.Started, new List<BootStage>());
        for (var i = s.Earlier.Count - 1; i >= 0; i--)
        {
            var earlier = s.Earlier[i];
            var restarted = earlier.Outcome == BootOutcome.Superseded
                || earlier is { Outcome: BootOutcome.Succeeded or BootOutcome.Failed }
                && since - earlier.Updated < TimeSpan.FromMinutes(10);
            if (!restarted || boot.Started - earlier.Started > Window || earlier.Started > since)
                break;
            boots++;
            since = earlier.Started;
            stages.Add(earlier.Stage);
        }

        var within = boot.Started - since + s.Age;
        var most = stages.GroupBy(x => x).OrderByDescending(g => g.Count()).FirstOrDefault();
        return (boots, within, most is not null && most.Count() * 3 >= stages.Count * 2 ? most.Key : null);
    }

    public static Verdict? StartsOver(Situation s)
    {
        var (boots, within, each) = Count(s);
        if (boots < Enough || s.Boot is not { } boot || boot.Outcome is BootOutcome.Disk or BootOutcome.Waiting)
            return null;
        // A boot with more progress than those before may succeed.
        if (boot.Outcome == BootOutcome.Succeeded && s.Quiet > TimeSpan.FromMinutes(5) || each is { } usual && boot.Stage > usual
            && !s.IsSuspicious)
            return null;
        var after = each is { } stage ? $", each time after {After(stage)}" : "";
        return Verdict.Certain(Cause, $"{s.Name} restarted {Words.Times(boots)} in {Words.Time(within)}{after}", Remedies(s, each)) with
        {
            Confidence = each is null ? Confidence.Likely : Confidence.Certain,
        };
    }

    private static string After(BootStage stage) => stage switch
    {
        BootStage.Firmware => "it asked for its address",
        BootStage.Program => "it fetched its boot program",
        BootStage.Ipxe => "iPXE asked for its address",
        BootStage.Script => "it got its script",
        BootStage.Kernel => "kernel and initramfs were sent",
        BootStage.System => "its operating system asked for an address",
        BootStage.Configured => "its configuration was delivered",
        _ => "it reported",
    };

    private static List<string> Remedies(Situation s, BootStage? each)
    {
        var remedies = new List<string> { s.Console };
        switch (each)
        {
            case BootStage.Firmware:
                remedies.Add("check that its boot file reaches it: UDP port 69 (TFTP) and the transfer ports; "
                    + "boot.tftpSinglePort: true keeps them on 69");
                break;
            case BootStage.Program:
                remedies.Add("disable Secure Boot in its firmware: it refuses unsigned iPXE");
                remedies.Add("try another iPXE: rackboot asset import --ipxe amd64 FILE");
                break;
            case BootStage.Kernel:
                remedies.Add("check its memory, and the files: rackboot asset verify");
                break;
            case BootStage.Configured or BootStage.Reported:
                remedies.Add("check its machineConfig: rackboot config validate -f FILE");
                remedies.Add("if it installs and then boots from the network, put its disk first in its boot order, or set boot.from: "
                    + "disk and apply it: rackboot apply -f FILE");
                break;
        }

        return remedies;
    }
}
