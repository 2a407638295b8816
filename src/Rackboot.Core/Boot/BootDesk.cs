using Rackboot.Core.Assets;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Talos;

namespace Rackboot.Core.Boot;

/// <summary>Answers iPXE: asks the policy, writes the script, and keeps the boot's timeline.</summary>
public sealed class BootDesk(Inventory inventory, AssetStore assets, BootLog boots, AddressBook addresses, ConfigDelivery configs, ServedNetworks networks)
{
    /// <summary>How the boot plane behaves now.</summary>
    public required BootSettings Settings { get; set; }

    /// <summary>Fetches what is missing; null where nothing does.</summary>
    public AssetPulls? Pulls { get; init; }

    public BootKnowledge Knowledge => Pulls is { Factory: not null } pulls
        ? new BootKnowledge(Settings.Policy, inventory.Profiles, assets.All) { FetchesMissing = true, IsArriving = pulls.IsArriving }
        : new BootKnowledge(Settings.Policy, inventory.Profiles, assets.All);

    /// <summary>The script for a machine; never a refusal, so that no machine stops at a firmware menu. Null is the HTTP 404 that the
    /// machine's own setting asks for.</summary>
    public async Task<string?> ScriptAsync(ScriptRequest request)
    {
        // Who was never heard of before, by DHCP or here, is answered and not noted: iPXE asks again, a flood of made-up machines does not.
        var isStranger = inventory.Fleet.Find(request.Identity) is null;
        var machine = isStranger
            ? inventory.Glimpse(request.Identity, request.Firmware, request.Architecture)
            : inventory.Observe(request.Identity, request.Firmware, request.Architecture);
        var settings = Settings;
        var server = settings.Server(request.ServerAddress.ToString());
        var answer = BootPolicy.Decide(machine, new BootRequest(BootClient.IpxeScript, null), Knowledge);
        if (answer is BootAnswer.Talos && Mistrust(machine, request) is { } reason)
            answer = new BootAnswer.Wait(reason, IsProblem: true);

        if (isStranger && answer is BootAnswer.Wait unnoted)
            return IpxeScript.Wait(server, machine.Name, unnoted.Because, settings.Poll);
        switch (answer)
        {
            case BootAnswer.Talos talos:
                return await TalosAsync(machine, talos, server, settings).ConfigureAwait(false);
            case BootAnswer.Disk disk:
                boots.Note(machine, BootStage.Script, "ipxe", $"sent to its disk ({disk.Method.ToString().ToLowerInvariant()}): {disk.Because}",
                    change: boot => boot with { Outcome = BootOutcome.Disk });
                return disk.Method == DiskBootMethod.Http404 ? null : IpxeScript.Disk(machine.Name, disk.Method);
            case BootAnswer.Wait wait:
                boots.Note(machine, BootStage.Script, "ipxe", $"waits: {wait.Because}", wait.IsProblem ? Level.Error : Level.Info,
                    boot => boot with { Outcome = BootOutcome.Waiting });
                return IpxeScript.Wait(server, machine.Name, wait.Because, settings.Poll);
            case BootAnswer.Fetch fetch:
                return Fetch(machine, fetch, server, settings);
            default:
                boots.Note(machine, BootStage.Script, "ipxe", $"waits: {answer.Because}", change: boot => boot with { Outcome = BootOutcome.Waiting });
                return IpxeScript.Wait(server, machine.Name, answer.Because, settings.Poll);
        }
    }

    private string Fetch(Machine machine, BootAnswer.Fetch fetch, string server, BootSettings settings)
    {
        foreach (var name in fetch.Assets)
            Pulls!.Want(fetch.Profile, name);
        boots.Note(machine, BootStage.Script, "ipxe", $"waits: {fetch.Because}", change: boot => boot with { Outcome = BootOutcome.Waiting });
        return IpxeScript.Wait(server, machine.Name, string.Join("; ", fetch.Assets.Select(Pulls!.Explain)), settings.Poll);
    }

    private async Task<string> TalosAsync(Machine machine, BootAnswer.Talos talos, string server, BootSettings settings)
    {
        var boot = boots.Note(machine, BootStage.Script, "ipxe", $"boots {talos.Because}",
            change: b => b with { Outcome = BootOutcome.Running, Profile = talos.Profile.Name });
        string? configUrl = null;
        if (machine.Spec?.Config is not null)
        {
            var token = await configs.MintAsync(machine.Id).ConfigureAwait(false);
            // Percent-encoded, so that Talos expands the variables and iPXE does not (docs/architecture.md).
            configUrl = $"{server}/config/{token}?uuid=%24%7Buuid%7D&mac=%24%7Bmac%7D";
        }

        var log = settings.LogPort is { } port ? $"tcp://{new Uri(server).Host}:{port}" : null;
        var arguments = TalosKernelArguments.Build(configUrl, log, talos.Profile.KernelArguments);
        if (arguments.Sum(a => a.Length + 1) + "initrd=initramfs".Length > TalosKernelArguments.MostCharacters)
            boots.Remark(machine.Id, "ipxe", $"the kernel's command line is longer than {TalosKernelArguments.MostCharacters} characters and will be cut; shorten kernelArguments of profile {talos.Profile.Name}", Level.Error);
        return IpxeScript.Talos(server, machine.Name, $"Talos {talos.Profile.TalosVersion} {talos.Profile.Architecture}, boot {boot.Id}",
            $"/assets/{talos.Profile.KernelAsset}", $"/assets/{talos.Profile.InitramfsAsset}", arguments, settings.Poll);
    }

    // A script names the token of a machine configuration, so it goes only where that machine is.
    private string? Mistrust(Machine machine, ScriptRequest request)
    {
        var at = addresses.At(request.Source);
        if (at is { } other && other != machine.Id)
            return $"the request came from {request.Source}, which is the address of {inventory.Fleet[other]?.Name ?? "another machine"}";
        if (at is null && networks.GivesAddress(request.Source))
            return $"the request came from {request.Source}, which is not leased to this machine; if it was described anew, power it on again";
        if (boots.Current(machine.Id) is { Stage: >= BootStage.Configured, ConfigDelivered: not null })
            return "this boot has had its machine configuration already; power the machine on again";
        if (at is null)
            addresses.Set(request.Source, machine.Id, DateTimeOffset.MaxValue);
        return null;
    }
}
