namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The context of a rule besides its document.</summary>
/// <param name="Legacy">The v1alpha1 document; its value is absent if there is none.</param>
/// <param name="Options">The options of validation.</param>
internal sealed record RuleContext(Cursor? Legacy, ConfigurationOptions Options)
{
    /// <summary>The role from machine.type; without one Talos assumes worker.</summary>
    public MachineType Type { get; } = Legacy is { } legacy && legacy["machine"].Exists ? Parse(legacy["machine"]["type"].Text)
        : MachineType.Unknown;

    /// <summary>Whether the configuration is for a release before 1.14, which needs more in the v1alpha1 document.</summary>
    public bool IsBeforeDocuments => IsBefore(14);

    /// <summary>Whether the configuration is for 1.11.</summary>
    public bool IsBefore112 => IsBefore(12);

    /// <summary>Whether the configuration is for 1.11 or 1.12, which check less.</summary>
    public bool IsBefore113 => IsBefore(13);

    public bool IsControlPlane => Type is MachineType.Init or MachineType.ControlPlane;

    private bool IsBefore(int minor) => Options.Release is { } release && release < new TalosRelease(1, minor);

    // config/machine/machine.go
    private static MachineType Parse(string text) => text switch
    {
        "init" => MachineType.Init,
        "controlplane" => MachineType.ControlPlane,
        "worker" or "join" or "" => MachineType.Worker,
        _ => MachineType.Unknown,
    };
}
