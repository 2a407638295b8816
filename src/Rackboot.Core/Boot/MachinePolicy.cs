namespace Rackboot.Core.Boot;

/// <summary>What happens to machines that nobody described, and to those that have nothing to do.</summary>
/// <param name="Unknown">What an unknown machine gets.</param>
/// <param name="Profile">What <see cref="UnknownMachines.Boot"/> boots on it.</param>
/// <param name="Idle">What an accepted machine without a profile does.</param>
public sealed record MachinePolicy(UnknownMachines Unknown, string? Profile, IdleMachines Idle);
