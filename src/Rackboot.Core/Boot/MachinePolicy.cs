namespace Rackboot.Core.Boot;

/// <summary>The policy for machines without a document, and for those without a profile.</summary>
/// <param name="Unknown">What an unknown machine gets.</param>
/// <param name="Profile">The profile of <see cref="UnknownMachines.Boot"/>.</param>
/// <param name="Idle">What an accepted machine without a profile does.</param>
public sealed record MachinePolicy(UnknownMachines Unknown, string? Profile, IdleMachines Idle);
