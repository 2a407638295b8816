namespace Rackboot.Contracts;

/// <summary>Arms machines to be provisioned: by name, by label selector, or all.</summary>
public sealed record ProvisionOrder
{
    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary><c>rack=r1,role</c>: machines with all these labels.</summary>
    public string? Selector { get; init; }

    /// <summary>All described machines.</summary>
    public bool? All { get; init; }

    /// <summary>Disarm them instead.</summary>
    public bool? Cancel { get; init; }
}

/// <summary>The outcome for one machine.</summary>
/// <param name="Armed">Whether it is armed now.</param>
/// <param name="Text">One sentence: its state, and what to do next.</param>
/// <param name="Machine">Name of the machine.</param>
public sealed record ProvisionResult(string Machine, bool Armed, string Text);

/// <summary>Whether a machine is armed to get its machine configuration.</summary>
/// <param name="Since">When it was armed; none if it is not armed.</param>
/// <param name="Until">When it disarms by itself.</param>
/// <param name="By">Who armed it.</param>
/// <param name="Why">The cause: <c>described</c>, <c>rackboot provision</c>, …</param>
/// <param name="Provisioned">When a whole configuration was last delivered to it; none if never.</param>
/// <param name="Armed">Whether its next boot from the network gets the configuration.</param>
public sealed record MachineProvisioning(bool Armed, DateTimeOffset? Since, DateTimeOffset? Until, string? By, string? Why,
    DateTimeOffset? Provisioned);

/// <summary>A network card that a machine's document does not list.</summary>
/// <param name="Since">When it was accepted, or first seen.</param>
/// <param name="Note">Who accepted it; for a pending card, the identity it sent.</param>
/// <param name="Mac">MAC address.</param>
public sealed record MachineCard(string Mac, DateTimeOffset Since, string Note);
