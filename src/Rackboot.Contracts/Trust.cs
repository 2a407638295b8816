namespace Rackboot.Contracts;

/// <summary>Asks for machines to be provisioned: those named, those with labels, or all.</summary>
public sealed record ProvisionOrder
{
    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary><c>rack=r1,role</c>: those that have all these labels.</summary>
    public string? Selector { get; init; }

    /// <summary>All machines that are described.</summary>
    public bool? All { get; init; }

    /// <summary>Take it back: they are not to be provisioned any more.</summary>
    public bool? Cancel { get; init; }
}

/// <summary>What came of it on one machine.</summary>
/// <param name="Armed">Whether its machine configuration is released to it now.</param>
/// <param name="Text">One sentence: how it stands, and what to do next.</param>
/// <param name="Machine">Name of the machine.</param>
public sealed record ProvisionResult(string Machine, bool Armed, string Text);

/// <summary>Whether a machine's configuration is released to it.</summary>
/// <param name="Since">When somebody asked for it to be provisioned; none if it is not armed.</param>
/// <param name="Until">When that ends by itself.</param>
/// <param name="By">Who asked.</param>
/// <param name="Why">By what: <c>described</c>, <c>rackboot provision</c>, …</param>
/// <param name="Provisioned">When a configuration was last delivered to it completely; none if none ever was.</param>
/// <param name="Armed">Whether its next boot from the network gets the configuration.</param>
public sealed record MachineProvisioning(bool Armed, DateTimeOffset? Since, DateTimeOffset? Until, string? By, string? Why,
    DateTimeOffset? Provisioned);

/// <summary>A network card beyond those in a machine's document.</summary>
/// <param name="Since">When it was accepted, or first seen.</param>
/// <param name="Note">Who accepted it; or what a pending one shows.</param>
/// <param name="Mac">MAC address.</param>
public sealed record MachineCard(string Mac, DateTimeOffset Since, string Note);
