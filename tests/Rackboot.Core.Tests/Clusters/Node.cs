using Rackboot.Core.Clusters;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>A machine of a <see cref="SimulatedRack"/>.</summary>
internal sealed class Node
{
    public required string Name { get; init; }
    public required ClusterRole Role { get; init; }
    public MemberStage Stage { get; set; } = MemberStage.Absent;
    public DateTimeOffset Since { get; set; }
    public bool Armed { get; set; }
    public bool Dead { get; set; }

    /// <summary>It answers and does not become ready.</summary>
    public bool Broken { get; set; }
    public bool InEtcd { get; set; }
    public bool Joining { get; set; }
    public string? Talos { get; set; }
    public Dictionary<KubernetesComponent, string> Kubernetes { get; } = [];

    /// <summary>Of which version of the document its configuration is.</summary>
    public long Configuration { get; set; }

    public void Move(MemberStage stage, DateTimeOffset now) => (Stage, Since) = (stage, now);

    public MemberObservation Observe(bool quorum, long wanted, bool restarts)
    {
        var running = Stage == MemberStage.Running && !Dead;
        return new MemberObservation
        {
            Machine = SimulatedRack.Id(Name),
            Name = Name,
            Role = Role,
            Since = Since,
            Armed = Armed,
            Stage = Dead && Stage != MemberStage.Absent ? MemberStage.Unreachable : Stage,
            TalosVersion = running ? Talos : null,
            Kubernetes = running ? new Dictionary<KubernetesComponent, string>(Kubernetes) : [],
            Etcd = !running || Role == ClusterRole.Worker ? EtcdState.Unknown : !InEtcd ? EtcdState.Waiting : quorum ? EtcdState.Healthy
                : EtcdState.Unhealthy,
            Configuration = !running ? ConfigurationState.Unknown : Configuration == wanted ? ConfigurationState.Same
                : restarts ? ConfigurationState.NeedsRestart : ConfigurationState.Differs,
            Ready = running && !Broken && (Role == ClusterRole.Worker ? quorum : InEtcd && quorum),
        };
    }

    public void Pass(DateTimeOffset now, string talos, string kubernetes, bool clusterRuns)
    {
        switch (Stage)
        {
            case MemberStage.Absent when Armed:
                Move(MemberStage.Configured, now);
                Armed = false;
                break;
            case MemberStage.Configured:
                Move(MemberStage.Installing, now);
                break;
            case MemberStage.Installing:
                Talos = talos;
                foreach (var component in Enum.GetValues<KubernetesComponent>())
                    if (Role == ClusterRole.ControlPlane || component == KubernetesComponent.Kubelet)
                        Kubernetes[component] = kubernetes;
                Move(MemberStage.Running, now);
                break;
            case MemberStage.Upgrading or MemberStage.Rebooting:
                Move(MemberStage.Running, now);
                break;
            case MemberStage.Resetting:
                Move(MemberStage.Absent, now);
                break;
            case MemberStage.Running when Role == ClusterRole.ControlPlane && !InEtcd && clusterRuns:
                InEtcd = true;
                break;
        }
    }
}
