namespace Rackboot.Talos.Configuration.Validation;

/// <summary>What a rule may ask besides its document.</summary>
/// <param name="Legacy">The v1alpha1 document; its value is absent if there is none.</param>
/// <param name="Options">What decides what is taken.</param>
internal sealed record RuleContext(Cursor? Legacy, ConfigurationOptions Options)
{
    /// <summary>The role as machine.type says it; Talos takes nothing for worker.</summary>
    public MachineType Type { get; } = Legacy is { } legacy && legacy["machine"].Exists ? Parse(legacy["machine"]["type"].Text)
        : MachineType.Unknown;

    /// <summary>Whether the configuration is for a release before 1.14, when the v1alpha1 document had to say more.</summary>
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
