using Rackboot.Core.Assets;
using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Boot;

/// <summary>The inputs of a boot decision besides the machine: the policy, and the available boot files.</summary>
public sealed record BootKnowledge(
    MachinePolicy Policy, IReadOnlyDictionary<string, Profile> Profiles, IReadOnlyDictionary<string, Asset> Assets)
{
    /// <summary>Whether a machine is to be provisioned, and whether it was.</summary>
    public Func<MachineId, ProvisioningState> Provisioning { get; init; } = _ => ProvisioningState.None;

    /// <summary>Whether missing boot files can be fetched (the configuration names an Image Factory).</summary>
    public bool FetchesMissing { get; init; }

    /// <summary>Whether a boot file has begun to arrive: machines can fetch it.</summary>
    public Func<string, bool> IsArriving { get; init; } = _ => false;
}
