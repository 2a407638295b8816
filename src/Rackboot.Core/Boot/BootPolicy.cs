using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Boot;

/// <summary>The only place that decides what a machine boots. A pure function; DHCP, TFTP and HTTP translate its answer.</summary>
public static class BootPolicy
{
    /// <param name="machine">The machine behind the request; null for a client that never booted from the network and has no
    /// document.</param>
    /// <param name="request">The request.</param>
    /// <param name="knowledge">The policy and the available boot files.</param>
    public static BootAnswer Decide(Machine? machine, BootRequest request, BootKnowledge knowledge)
    {
        var intent = Intent(machine, request, knowledge);
        return request.Client switch
        {
            _ when intent is BootAnswer.Nothing => intent,
            BootClient.OperatingSystem => new BootAnswer.AddressOnly("the request comes from an operating system"),
            BootClient.IpxeScript => intent,
            _ when intent is BootAnswer.Disk { Method: DiskBootMethod.Silent } => new BootAnswer.AddressOnly(intent.Because),
            _ when intent is BootAnswer.Disk { Method: DiskBootMethod.Http404 } => new BootAnswer.NoSuchFile(intent.Because),
            BootClient.Ipxe => new BootAnswer.ScriptUrl(intent.Because),
            _ => Program(request, knowledge),
        };
    }

    // What the machine as a whole should do, for a request of any of its programs.
    private static BootAnswer Intent(Machine? machine, BootRequest request, BootKnowledge knowledge)
    {
        var policy = knowledge.Policy;
        if (machine?.Spec is not { } spec)
            return policy.Unknown switch
            {
                UnknownMachines.Ignore => new BootAnswer.Nothing("unknown machines are ignored (machines.unknown: ignore)"),
                UnknownMachines.Boot when policy.Profile is { } name =>
                    Profile(name, machine, request, knowledge, "unknown machines boot this profile (machines.unknown: boot)"),
                _ => new BootAnswer.Wait(
                    "this machine has no document; give it a name and a profile with: rackboot apply", IsProblem: false),
            };

        return spec.Boot switch
        {
            BootSource.Disk => new BootAnswer.Disk(Method(spec, machine, request), "its document says boot.from: disk"),
            BootSource.Wait => new BootAnswer.Wait("its document says boot.from: wait", IsProblem: false),
            _ when (spec.Profile is not null || machine.Seat is not null) && Unarmed(spec, machine, request, knowledge) is { } instead =>
                instead,
            _ when machine.Seat is { } seat => Boot(
                seat.Profile(Architecture(machine, request) ?? "amd64"), knowledge,
                $"Talos {seat.TalosVersion}: member of cluster {seat.Cluster}"),
            _ when spec.Profile is { } name => Profile(name, machine, request, knowledge, "its profile"),
            _ when policy.Idle == IdleMachines.Disk => new BootAnswer.Disk(
                Method(spec, machine, request), "it has no profile, and machines without a profile boot their disk (machines.idle: disk)"),
            _ => new BootAnswer.Wait("it has no profile, so there is nothing to boot; give it one with: rackboot apply", IsProblem: false),
        };
    }

    // Never boot Talos without its configuration: it would start in maintenance mode, where any host can configure it.
    private static BootAnswer? Unarmed(MachineSpec spec, Machine machine, BootRequest request, BootKnowledge knowledge)
    {
        if (!machine.HasConfiguration || spec.Profile is { } name
            && knowledge.Profiles.GetValueOrDefault(name) is { Configuration: ConfigurationRelease.Always })
            return null;
        var state = knowledge.Provisioning(machine.Id);
        return state.IsArmed ? null
            : state.Provisioned is { } when
                ? new BootAnswer.Disk(Method(spec, machine, request),
                    $"it was provisioned on {when:yyyy-MM-dd HH:mm}; to provision it again: rackboot provision {machine.Name}")
                : new BootAnswer.Wait(
                    $"it is not armed for provisioning; arm it: rackboot provision {machine.Name}", IsProblem: true);
    }

    private static BootAnswer Profile(string name, Machine? machine, BootRequest request, BootKnowledge knowledge, string why)
    {
        if (!knowledge.Profiles.TryGetValue(name, out var profile))
            return new BootAnswer.Wait($"there is no profile {name}; apply one with: rackboot apply", IsProblem: true);
        return Architecture(machine, request) is { } architecture && architecture != profile.Architecture
            && Missing(name, profile, knowledge) is null
            ? new BootAnswer.Wait(
                $"profile {name} is for {profile.Architecture}, but this machine is {architecture}; give it a profile for {architecture}",
                IsProblem: true)
            : Boot(profile, knowledge, $"profile {name}, Talos {profile.TalosVersion} {profile.Architecture}: {why}");
    }

    private static BootAnswer Boot(Profile profile, BootKnowledge knowledge, string because) =>
        Missing(profile.Name, profile, knowledge) ?? new BootAnswer.Talos(profile, because);

    private static string? Architecture(Machine? machine, BootRequest request) =>
        request.Architecture is null ? machine?.Observed.Architecture : BootPlatform.Of(request.Architecture)?.Architecture;

    private static BootAnswer? Missing(string name, Profile profile, BootKnowledge knowledge)
    {
        var missing = ((string[])[profile.KernelAsset, profile.InitramfsAsset])
            .Where(asset => !knowledge.Assets.ContainsKey(asset) && !knowledge.IsArriving(asset)).ToList();
        if (missing.Count == 0)
            return null;
        if (knowledge.FetchesMissing)
            return new BootAnswer.Fetch(
                profile, missing, $"profile {name} needs {string.Join(" and ", missing)}, which the appliance is fetching");
        var import = profile.Schematic is null
            ? $"rackboot asset import --version {profile.TalosVersion} --arch {profile.Architecture} "
                + $"--kernel kernel-{profile.Architecture} --initramfs initramfs-{profile.Architecture}.xz"
            : "rackboot mirror import BUNDLE";
        return new BootAnswer.Wait($"profile {name} needs {missing[0]}, which is not in the asset store; import it: {import}, or "
            + $"fetch it with: {profile.PullCommand}", IsProblem: true);
    }

    private static BootAnswer Program(BootRequest request, BootKnowledge knowledge) =>
        BootPlatform.Of(request.Architecture) is not { } platform
            ? new BootAnswer.AddressOnly($"iPXE does not support its architecture, {request.Architecture}", IsProblem: true)
        : platform.IpxeIn(knowledge.Assets.Keys) is not { } program
            ? new BootAnswer.AddressOnly(
                $"there is no iPXE binary for {platform.Firmware.ToString().ToLowerInvariant()} {platform.Architecture}; "
                + $"import one with: rackboot asset import --ipxe {platform.IpxeDirectory.Split('/')[1]} FILE",
                IsProblem: true)
            : new BootAnswer.Program(program, "iPXE first");

    // `exit` sends UEFI to its next boot entry; many BIOSes stop there, and more of them support sanboot (docs/boot-from-disk.md).
    private static DiskBootMethod Method(MachineSpec spec, Machine machine, BootRequest request) =>
        spec.Disk != DiskBootMethod.Auto ? spec.Disk
        : (request.Architecture is null ? machine.Observed.Firmware : BootPlatform.Of(request.Architecture)?.Firmware) == FirmwareKind.Uefi
        ? DiskBootMethod.Exit
        : DiskBootMethod.Sanboot;
}
