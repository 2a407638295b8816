using Rackboot.Core.Assets;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;
using Rackboot.Talos;

namespace Rackboot.Core.Boot;

/// <summary>Answers iPXE: asks the policy, writes the script, and keeps the boot's timeline.</summary>
public sealed class BootDesk(
    Inventory inventory, AssetStore assets, BootLog boots, ConfigDelivery configs, TrustDesk trust, ScriptRefusals refusals)
{
    private readonly Func<MachineId, ProvisioningState> _provisioning = inventory.Provisioning.Of;

    /// <summary>The current settings of the boot plane.</summary>
    public required BootSettings Settings { get; set; }

    /// <summary>Fetches missing files; null: no fetches.</summary>
    public AssetPulls? Pulls { get; init; }

    /// <summary>The program that the machine's UEFI firmware fetches for HTTP boot; null if there is none.</summary>
    public string? HttpBootAsset(Machine machine)
    {
        var platform = BootPlatform.Of(
            machine.Observed.Architecture == "arm64" ? ClientArchitecture.Arm64UefiHttp : ClientArchitecture.X64UefiHttp);
        return platform?.IpxeIn(assets.All.Keys);
    }

    public BootKnowledge Knowledge
    {
        get
        {
            var knowledge = new BootKnowledge(Settings.Policy, inventory.Profiles, assets.All) { Provisioning = _provisioning };
            return Pulls is { Factory: not null } pulls
                ? knowledge with { FetchesMissing = true, IsArriving = pulls.IsArriving }
                : knowledge;
        }
    }

    /// <summary>The script for a machine; never an error, so that no machine stops at a firmware menu. Null is the HTTP 404 that the
    /// machine's own setting requests.</summary>
    public async Task<string?> ScriptAsync(ScriptRequest request)
    {
        var settings = Settings;
        var server = settings.Server(request.ServerAddress.ToString());
        if (!trust.IsServed(request.Source, request.Device))
            return Elsewhere(request, server, settings);

        // iPXE asks again, a flood of invented machines does not: the first request of a client that neither DHCP nor the inventory knows
        // leaves nothing but its address. A machine on record for each made such requests three times as dear as others.
        var isStranger = inventory.Fleet.Find(request.Identity) is null && inventory.IsFirstSight(request.Identity.Mac);
        if (isStranger)
        {
            var stranger = Inventory.Stranger(request.Identity, request.Firmware, request.Architecture);
            if (Decide(stranger, request) is BootAnswer.Wait unnoted)
                return IpxeScript.Wait(server, stranger.Name, unnoted.Because, settings.Poll);
        }

        var machine = inventory.Meet(request.Identity, request.Firmware, request.Architecture, glimpse: isStranger);
        var verdict = trust.Judge(machine, request.Source, request.Device, request.Identity.Mac);
        if (verdict.Level >= TrustLevel.Itself && !isStranger)
            machine = inventory.Observe(request.Identity, request.Firmware, request.Architecture);
        var answer = Decide(machine, request);
        var mayNote = !machine.Accepted || verdict.Level >= TrustLevel.Itself;
        if (answer is BootAnswer.Talos && Refused(machine, verdict) is { } reason)
            answer = new BootAnswer.Wait(reason, IsProblem: true);
        else if (answer is BootAnswer.Wait && !mayNote && machine.IsPending(request.Identity.Mac))
            answer = new BootAnswer.Wait(verdict.Reason, IsProblem: true);
        if (!mayNote)
            return Unnoted(machine, request, answer, verdict, server, settings);

        switch (answer)
        {
            case BootAnswer.Talos talos:
                return await TalosAsync(machine, talos, server, settings).ConfigureAwait(false);
            case BootAnswer.Disk disk:
                boots.Note(machine, BootStage.Script, "ipxe",
                    $"sent to its disk ({disk.Method.ToString().ToLowerInvariant()}): {disk.Because}",
                    change: boot => boot with { Outcome = BootOutcome.Disk });
                return Disk(machine, disk);
            case BootAnswer.Wait wait:
                boots.Note(machine, BootStage.Script, "ipxe", $"waits: {wait.Because}", wait.IsProblem ? Level.Error : Level.Info,
                    boot => boot with { Outcome = BootOutcome.Waiting }, new Fact(wait.IsProblem ? FactKind.Blocked : FactKind.None));
                return IpxeScript.Wait(server, machine.Name, wait.Because, settings.Poll);
            case BootAnswer.Fetch fetch:
                return Fetch(machine, fetch, server, settings);
            default:
                boots.Note(machine, BootStage.Script, "ipxe", $"waits: {answer.Because}",
                    change: boot => boot with { Outcome = BootOutcome.Waiting });
                return IpxeScript.Wait(server, machine.Name, answer.Because, settings.Poll);
        }
    }

    private BootAnswer Decide(Machine machine, ScriptRequest request)
    {
        var seen = machine.Observed;
        seen = seen with { Firmware = request.Firmware ?? seen.Firmware, Architecture = request.Architecture ?? seen.Architecture };
        return BootPolicy.Decide(machine with { Observed = seen }, new BootRequest(BootClient.IpxeScript, null), Knowledge);
    }

    private string Fetch(Machine machine, BootAnswer.Fetch fetch, string server, BootSettings settings)
    {
        foreach (var name in fetch.Assets)
            Pulls!.Want(fetch.Profile, name);
        boots.Note(machine, BootStage.Script, "ipxe", $"waits: {fetch.Because}",
            change: boot => boot with { Outcome = BootOutcome.Waiting });
        return IpxeScript.Wait(server, machine.Name, string.Join("; ", fetch.Assets.Select(Pulls!.Explain)), settings.Poll);
    }

    private async Task<string> TalosAsync(Machine machine, BootAnswer.Talos talos, string server, BootSettings settings)
    {
        var boot = boots.Note(machine, BootStage.Script, "ipxe", $"boots {talos.Because}",
            change: b => b with { Outcome = BootOutcome.Running, Profile = talos.Profile.Name });
        string? configUrl = null;
        var join = machine.Omni is { } omni && inventory.JoinToken(talos.Profile.Name) is { } secret
            ? OmniParameters.KernelArguments(omni, secret)
            : [];
        if (machine.HasConfiguration)
        {
            var token = await configs.MintAsync(machine.Id).ConfigureAwait(false);
            // Percent-encoded, so that Talos expands the variables and iPXE does not (docs/architecture.md).
            configUrl = $"{server}/config/{token}?uuid=%24%7Buuid%7D&mac=%24%7Bmac%7D";
        }

        return Talos(machine, talos, $"boot {boot.Id}", configUrl, server, settings, join);
    }

    private string Talos(Machine machine, BootAnswer.Talos talos, string boot, string? configUrl, string server, BootSettings settings,
        params IReadOnlyList<string> join)
    {
        var log = settings.LogPort is { } port ? $"tcp://{new Uri(server).Host}:{port}" : null;
        var arguments = TalosKernelArguments.Build(configUrl, log, [.. join, .. talos.Profile.KernelArguments],
            machine.Seat is not null && settings.EventPort is { } events ? $"{new Uri(server).Host}:{events}" : null);
        if (arguments.Sum(a => a.Length + 1) + "initrd=initramfs".Length > TalosKernelArguments.MostCharacters)
            boots.Remark(machine.Id, "ipxe", $"the kernel command line is longer than {TalosKernelArguments.MostCharacters} "
                + "characters and will be cut; "
                + $"shorten kernelArguments of profile {talos.Profile.Name}", Level.Error,
                    new Fact(FactKind.CommandLineCut, talos.Profile.Name));
        return IpxeScript.Talos(server, machine.Name, $"Talos {talos.Profile.TalosVersion} {talos.Profile.Architecture}, {boot}",
            $"/assets/{talos.Profile.KernelAsset}", $"/assets/{talos.Profile.InitramfsAsset}", arguments, settings.Poll);
    }

    // A script with a token goes only to machines that also get the configuration; one without, to every source that is not refused.
    private string? Refused(Machine machine, TrustVerdict verdict)
    {
        if (!machine.HasConfiguration)
            return verdict.Level < TrustLevel.Plausible ? verdict.Reason : null;
        if (verdict.Level < TrustLevel.Released)
            return verdict.Reason;
        var hasHadIt = boots.Current(machine.Id) is { Stage: >= BootStage.Configured, ConfigDelivered: not null };
        return hasHadIt && !inventory.Provisioning.Of(machine.Id).IsArmed
            ? "this boot already received its machine configuration; power the machine on again"
            : null;
    }

    private string Elsewhere(ScriptRequest request, string server, BootSettings settings)
    {
        var reason = $"{request.Source} is in none of the served subnets";
        refusals.Add(null, request.Source, reason);
        return IpxeScript.Wait(server, "a machine outside the served subnets", reason, settings.Poll);
    }

    // An unverified request in a machine's name does not change the machine's record.
    private string? Unnoted(
        Machine machine, ScriptRequest request, BootAnswer answer, TrustVerdict verdict, string server, BootSettings settings)
    {
        switch (answer)
        {
            case BootAnswer.Disk disk:
                return Disk(machine, disk);
            case BootAnswer.Talos talos:
                return Talos(machine, talos, "another boot", null, server, settings);
            default:
                refusals.Add(machine, request.Source, verdict.Reason);
                return IpxeScript.Wait(server, machine.Name, answer.Because, settings.Poll);
        }
    }

    private static string? Disk(Machine machine, BootAnswer.Disk disk) =>
        disk.Method == DiskBootMethod.Http404 ? null : IpxeScript.Disk(machine.Name, disk.Method);
}
