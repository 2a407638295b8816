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
    public bool IsBeforeDocuments => Options.Release is { } release && release < new TalosRelease(1, 14);

    public bool IsControlPlane => Type is MachineType.Init or MachineType.ControlPlane;

    // config/machine/machine.go
    private static MachineType Parse(string text) => text switch
    {
        "init" => MachineType.Init,
        "controlplane" => MachineType.ControlPlane,
        "worker" or "join" or "" => MachineType.Worker,
        _ => MachineType.Unknown,
    };
}
