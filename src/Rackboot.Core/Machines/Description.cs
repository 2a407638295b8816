using Rackboot.Core.Credentials;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Machines;

/// <summary>What an operator says of the rack in one go: all of it is stored, or nothing. Names are there once.</summary>
/// <param name="By">Who says so.</param>
public sealed record Description(IReadOnlyList<ProfilePut> Profiles, IReadOnlyList<CredentialPut> Credentials,
    IReadOnlyList<MachinePut> Machines, string By = "the operator");
