using Rackboot.Core.Profiles;

namespace Rackboot.Core.Clouds;

/// <summary>A Talos release for one architecture.</summary>
public sealed record TalosChoice(string Version, string? Schematic, string Architecture, IReadOnlyList<string> KernelArguments)
{
    public static TalosChoice Of(Profile profile) =>
        new(profile.TalosVersion, profile.Schematic, profile.Architecture, profile.KernelArguments);
}
