using Rackboot.Core.Credentials;

namespace Rackboot.Core.Power;

/// <summary>All that a driver needs to reach one machine's BMC.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Kg">IPMI's K_G.</param>
/// <param name="Memory">What was learnt of this BMC and outlives a restart.</param>
/// <param name="Ask">Puts a request to a person.</param>
public sealed record BmcContact(string Machine, BmcSpec Spec, Login? Login, Secret? Kg, BmcMemory Memory, Action<string> Ask);
