using System.Collections.Immutable;

namespace Rackboot.Core.Clusters;

/// <summary>An operator's order to rotate secrets of a cluster. Each step changes the secrets, and every machine must run it before the
/// next one.</summary>
/// <param name="Targets">The remaining secrets; the first is being rotated.</param>
/// <param name="Done">Completed steps of the first.</param>
public sealed record RenewalMemory(ImmutableList<RenewalTarget> Targets, int Done, string By, DateTimeOffset At);
