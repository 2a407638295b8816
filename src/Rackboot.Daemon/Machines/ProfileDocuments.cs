using Rackboot.Contracts;
using Rackboot.Daemon.Api;
using Rackboot.Talos;
using Rackboot.Talos.ImageFactory;
using CoreProfile = Rackboot.Core.Profiles.Profile;

namespace Rackboot.Daemon.Machines;

/// <summary>Converts profiles between the API's documents and the inventory.</summary>
internal static class ProfileDocuments
{
    public static Core.Profiles.ProfilePut Read(Profile document, long? expected, List<ProblemError> errors)
    {
        var (join, token) = OmniDocuments.Read(document.Omni, errors);
        return new Core.Profiles.ProfilePut(Read(document, errors) with { Omni = join }, expected, token);
    }

    private static CoreProfile Read(Profile document, List<ProblemError> errors)
    {
        DocumentChecks.Name(document.Name, errors);
        DocumentChecks.Labels(document.Labels, errors);
        if (document.Talos is not { } talos)
            errors.Add(new("/talos", "is missing; set what to boot, like { version: v1.14.0, arch: amd64 }"));
        else
        {
            if (!TalosVersion.IsValid(talos.Version))
                errors.Add(new(
                    "/talos/version", $"\"{talos.Version}\" is not a Talos version; allowed: like v1.14.0 or v1.14.0-beta.1"));
            if (!TalosVersion.Architectures.Contains(talos.Arch))
                errors.Add(new("/talos/arch",
                    $"\"{talos.Arch}\" is not a Talos architecture; allowed: {string.Join(", ", TalosVersion.Architectures)}"));
            if (talos.Schematic is { } schematic && !Schematic.IsId(schematic))
                errors.Add(new("/talos/schematic", $"\"{schematic}\" is not a schematic id; allowed: 64 hexadecimal digits; "
                    + "rackboot schematic id -f FILE computes it"));
        }

        var arguments = document.KernelArguments ?? [];
        for (var i = 0; i < arguments.Count; i++)
            if (TalosKernelArguments.Mistake(arguments[i]) is { } mistake)
                errors.Add(new($"/kernelArguments/{i}", mistake));
        return new CoreProfile
        {
            Name = document.Name,
            Labels = document.Labels ?? new Dictionary<string, string>(),
            TalosVersion = document.Talos?.Version ?? "",
            Architecture = document.Talos?.Arch ?? "",
            Schematic = document.Talos?.Schematic,
            KernelArguments = arguments,
            Configuration = (Core.Profiles.ConfigurationRelease)(document.Configuration ?? ConfigurationRelease.Armed),
        };
    }

    public static Profile Write(CoreProfile profile) => new()
    {
        Name = profile.Name,
        Labels = profile.Labels.Count > 0 ? profile.Labels : null,
        Talos = new TalosRelease { Version = profile.TalosVersion, Arch = profile.Architecture, Schematic = profile.Schematic },
        KernelArguments = profile.KernelArguments.Count > 0 ? profile.KernelArguments : null,
        Configuration = profile.Configuration == Core.Profiles.ConfigurationRelease.Armed
            ? null
            : (ConfigurationRelease)profile.Configuration,
        Omni = OmniDocuments.Write(profile.Omni),
    };
}
