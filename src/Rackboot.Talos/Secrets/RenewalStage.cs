namespace Rackboot.Talos.Secrets;

/// <summary>The stage of a CA rotation (siderolabs/talos pkg/rotate/pki). A stage ends when every node runs a configuration of
/// it.</summary>
public enum RenewalStage
{
    /// <summary>The old CA signs, the new one is accepted.</summary>
    Accepting,

    /// <summary>The new CA signs, the old one is accepted.</summary>
    Switched,
}
