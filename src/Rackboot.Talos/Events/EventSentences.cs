using Rackboot.Talos.Api;

namespace Rackboot.Talos.Events;

/// <summary>Describes events in sentences.</summary>
internal static class EventSentences
{
    // The names of sequences: siderolabs/talos internal/app/machined/pkg/runtime/sequencer.go.
    private static readonly Dictionary<string, string> Sequences = new(StringComparer.Ordinal)
    {
        ["initialize"] = "setting up the machine",
        ["boot"] = "booting",
        ["install"] = "the install sequence",
        ["shutdown"] = "shutting down",
        ["upgrade"] = "upgrading itself",
        ["stageUpgrade"] = "staging an upgrade",
        ["maintenanceUpgrade"] = "upgrading itself from maintenance mode",
        ["reset"] = "resetting the machine",
        ["reboot"] = "rebooting",
    };

    private static readonly Dictionary<MachineStage, string> Stages = new()
    {
        [MachineStage.Booting] = "booting",
        [MachineStage.Installing] = "installing",
        [MachineStage.Maintenance] = "in maintenance mode",
        [MachineStage.Running] = "running",
        [MachineStage.Rebooting] = "rebooting",
        [MachineStage.ShuttingDown] = "shutting down",
        [MachineStage.Resetting] = "resetting",
        [MachineStage.Upgrading] = "upgrading",
    };

    public static string Of(TalosEvent.Sequence e)
    {
        var what = Sequences.GetValueOrDefault(e.Name, $"the sequence {e.Name}");
        return e.Change switch
        {
            SequenceChange.Began => $"Talos started {what}.",
            SequenceChange.Ended => $"Talos finished {what}.",
            SequenceChange.Locked => $"Talos did not start {what}: {OneLine(e.Error)}",
            SequenceChange.Failed => $"Talos failed at {what}: {OneLine(e.Error)}",
            _ => $"Talos mentioned {what}.",
        };
    }

    // The install sequence runs at every boot and does nothing if Talos is already installed: only this phase writes the disk
    // (siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_sequencer.go, Install).
    public static string Of(TalosEvent.Phase e)
    {
        var what = e.Name switch
        {
            "install" => "installing itself to the disk",
            "upgrade" => "writing the new release to the disk",
            _ => $"the phase {e.Name}",
        };
        return $"Talos {(e.Ended ? "finished" : "started")} {what}.";
    }

    public static string Of(TalosEvent.Service e)
    {
        var state = e.Change switch
        {
            ServiceChange.Other => "changed its state",
            ServiceChange.Failed => "failed",
            ServiceChange.Finished => "finished",
            ServiceChange.Skipped => "was skipped",
            ServiceChange.Initialized => "is initialized",
            var going => $"is {going.ToString().ToLowerInvariant()}",
        };
        var health = e.Healthy switch { true => " and healthy", false => " and not healthy", null => "" };
        return $"The service {e.Name} {state}{health}{(e.Message.Length == 0 ? "." : $": {OneLine(e.Message)}")}";
    }

    public static string Of(TalosEvent.Addresses e) =>
        $"The node {(e.Hostname.Length == 0 ? "has no name" : $"is named {e.Hostname}")} and has "
        + (e.All.Count == 0 ? "no address." : $"the addresses {string.Join(", ", e.All)}.");

    public static string Of(TalosEvent.Restart e) => e.Way switch
    {
        "kexec" => "The machine starts the installed system with kexec, skipping the firmware.",
        "reboot" => "The machine reboots.",
        "power off" => "The machine powers off.",
        _ => "The machine restarts.",
    };

    public static string Of(MachineStatus status)
    {
        var stage = Stages.GetValueOrDefault(status.Stage, "in an unknown stage");
        return status.Ready ? $"The machine is {stage} and ready."
            : status.Unmet.Count == 0 ? $"The machine is {stage}."
            : $"The machine is {stage} and waiting: {string.Join("; ", status.Unmet.Select(u => $"{u.Name}: {OneLine(u.Reason)}"))}.";
    }

    public static string OneLine(string text) => !text.Contains('\n', StringComparison.Ordinal) ? text.Trim() : string.Join("; ",
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
