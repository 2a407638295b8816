using Rackboot.Fuzzing.Engine;

namespace Rackboot.Fuzzing.Targets;

/// <summary>Every parser of what others send, or what operators write.</summary>
public static class All
{
    public static IReadOnlyList<FuzzTarget> Targets { get; } =
    [
        .. NetworkBoot.Targets, .. Ipmi.Targets, .. Redfish.Targets, .. Talos.Targets, .. TalosDocuments.Targets, .. Archives.Targets,
        .. Appliance.Targets,
    ];
}
