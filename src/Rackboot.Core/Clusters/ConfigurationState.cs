namespace Rackboot.Core.Clusters;

/// <summary>How the configuration that a machine runs compares with the one that it should run.</summary>
public enum ConfigurationState
{
    /// <summary>It was not compared: nothing changed since every machine had it, or the machine does not answer.</summary>
    Unknown,

    Same,

    /// <summary>It differs, and the machine takes the change while it runs.</summary>
    Differs,

    /// <summary>It differs, and the machine has to restart for the change.</summary>
    NeedsRestart,

    /// <summary>The one that it should run cannot be composed, or Talos refuses it; <see cref="MemberObservation.Problem"/> says
    /// why.</summary>
    Refused,
}
