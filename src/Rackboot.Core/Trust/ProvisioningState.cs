namespace Rackboot.Core.Trust;

/// <summary>Whether a machine is to be provisioned now, and whether it was before.</summary>
public sealed record ProvisioningState
{
    public static ProvisioningState None { get; } = new();

    /// <summary>Null: not armed.</summary>
    public Arm? Arm { get; init; }

    /// <summary>When its machine configuration was last delivered completely; null if it never was.</summary>
    public DateTimeOffset? Provisioned { get; init; }

    /// <summary>The cluster whose configuration that was; null if it was the machine's own.</summary>
    public string? ProvisionedFor { get; init; }

    /// <summary>Whether a boot may begin that ends with the configuration.</summary>
    public bool IsArmed => Arm is { Delivered: null };
}
