using Rackboot.Core.Trust;

namespace Rackboot.Core.Machines;

/// <summary>A planned machine.</summary>
/// <param name="Created">Whether nobody had described it before.</param>
/// <param name="DiscoveredAs">The name of the discovered machine that it was; null if it was none.</param>
/// <param name="Armed">Its provisioning as it then is, if it is armed by this.</param>
internal sealed record PlannedMachine(Machine Machine, bool Created, string? DiscoveredAs, ProvisioningState? Armed);
