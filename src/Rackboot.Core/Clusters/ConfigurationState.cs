namespace Rackboot.Core.Clusters;

/// <summary>How a machine's running configuration compares with the desired one.</summary>
public enum ConfigurationState
{
    /// <summary>Not compared: nothing has changed since every machine had it, or the machine does not answer.</summary>
    Unknown,

    Same,

    /// <summary>It differs, and the machine can apply the change without a restart.</summary>
    Differs,

    /// <summary>It differs, and the change needs a restart.</summary>
    NeedsRestart,

    /// <summary>The desired one cannot be composed, or Talos rejects it; <see cref="MemberObservation.Problem"/> has
    /// the reason.</summary>
    Refused,
}
