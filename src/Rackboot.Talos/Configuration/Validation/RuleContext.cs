namespace Rackboot.Talos.Configuration.Validation;

/// <summary>What a rule may ask besides its document.</summary>
/// <param name="Legacy">The v1alpha1 document; its value is absent if there is none.</param>
/// <param name="Options">What decides what is taken.</param>
internal sealed record RuleContext(Cursor? Legacy, ConfigurationOptions Options)
{
    /// <summary>The role as machine.type says it; Talos takes nothing for worker.</summary>
    public MachineType Type { get; } = Legacy is { } legacy && legacy["machine"].Exists ? Parse(legacy["machine"]["type"].Text)
        : MachineType.Unknown;

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
