using Rackboot.Core.Assets;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Boot;

/// <summary>What a boot decision rests on, beside the machine: the policy, and what there is to boot.</summary>
public sealed record BootKnowledge(MachinePolicy Policy, IReadOnlyDictionary<string, Profile> Profiles, IReadOnlyDictionary<string, Asset> Assets);
