using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Validation;
using CoreMachine = Rackboot.Core.Machines.Machine;
using ConfigurationRelease = Rackboot.Talos.Configuration.TalosRelease;
using CoreProfile = Rackboot.Core.Profiles.Profile;

namespace Rackboot.Daemon.Management;

/// <summary>What will stop the boot of a machine with this document: reported on apply, not only when it boots.</summary>
internal sealed class BootWarnings(BootKnowledge knowledge)
{
    private const int MostMistakes = 3;

    /// <summary>The boot files that a profile lacks.</summary>
    public IEnumerable<ProblemError> Of(CoreProfile profile)
    {
        var missing = ((string[])[profile.KernelAsset, profile.InitramfsAsset])
            .Where(asset => !knowledge.Assets.ContainsKey(asset) && !knowledge.IsArriving(asset)).ToList();
        if (missing.Count > 0 && !knowledge.FetchesMissing)
            yield return new("/talos",
                $"profile {profile.Name} needs {string.Join(" and ", missing)}, which the appliance lacks; fetch it: "
                    + $"{profile.PullCommand}");
    }

    /// <summary>What stops a machine's boot.</summary>
    /// <param name="profile">Its profile after the apply; null for none.</param>
    /// <param name="isNew">The same apply contains the profile, which has its own warnings.</param>
    /// <param name="config">Its new machine configuration; null for none.</param>
    /// <param name="current">The recorded machine.</param>
    public IEnumerable<ProblemError> Of(MachineSpec spec, CoreProfile? profile, bool isNew, Secret? config, CoreMachine? current)
    {
        if (profile is not null && spec.Boot == Core.Machines.BootSource.Network)
        {
            foreach (var warning in isNew ? [] : Of(profile))
                yield return warning with { Path = "/profile" };
            if (MissingIpxe(profile.Architecture, current?.Observed) is { } missing)
                yield return new("/profile", missing);
        }

        foreach (var mistake in config is null ? [] : Mistakes(config, profile))
            yield return new("/machineConfig/content", mistake);
    }

    // Firmware not seen yet may be UEFI or BIOS: one suitable binary is enough.
    private string? MissingIpxe(string architecture, MachineObservation? seen)
    {
        var uefi = new BootPlatform(FirmwareKind.Uefi, seen?.Architecture ?? architecture, $"ipxe/{seen?.Architecture ?? architecture}/");
        var bios = new BootPlatform(FirmwareKind.Bios, "amd64", "ipxe/bios/");
        BootPlatform[] platforms = seen?.Firmware switch
        {
            FirmwareKind.Uefi => [uefi],
            FirmwareKind.Bios => [bios],
            _ => architecture == "amd64" ? [uefi, bios] : [uefi],
        };
        return Array.Exists(platforms, p => p.IpxeIn(knowledge.Assets.Keys) is not null) ? null
            : $"the appliance has no iPXE binary for {string.Join(" or ", platforms.Select(Word))}; install the package ipxe on it, or: "
                + $"rackboot asset import --ipxe {platforms[0].IpxeDirectory.Split('/')[1]} FILE";
    }

    private static string Word(BootPlatform platform) =>
        $"{(platform.Firmware == FirmwareKind.Uefi ? "UEFI" : "BIOS")} {platform.Architecture}";

    private static IEnumerable<string> Mistakes(Secret config, CoreProfile? profile)
    {
        var release = profile is not null && ConfigurationRelease.TryParse(profile.TalosVersion, out var parsed) ? parsed
            : (ConfigurationRelease?)null;
        var options = new ConfigurationOptions { Release = release, Mode = RuntimeMode.Metal };
        var mistakes = ConfigurationValidator.Validate(System.Text.Encoding.UTF8.GetString(config.Reveal().Span), options)
            .Where(m => !m.IsWarning).ToList();
        foreach (var mistake in mistakes.Take(MostMistakes))
            yield return $"Talos will reject it: {mistake}";
        if (mistakes.Count > MostMistakes)
            yield return $"and {mistakes.Count - MostMistakes} more; list them: rackboot config validate -f FILE";
    }
}
