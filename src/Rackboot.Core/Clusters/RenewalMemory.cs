using System.Collections.Immutable;

namespace Rackboot.Core.Clusters;

/// <summary>An operator has secrets of a cluster exchanged. Each step is a change of the secrets that every machine has to run before the
/// next one comes.</summary>
/// <param name="Targets">What is still to be exchanged; the first is under way.</param>
/// <param name="Done">How many steps of the first were done.</param>
public sealed record RenewalMemory(ImmutableList<RenewalTarget> Targets, int Done, string By, DateTimeOffset At);
