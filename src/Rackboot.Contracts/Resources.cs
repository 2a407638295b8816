namespace Rackboot.Contracts;

/// <summary>A file of the local store.</summary>
/// <param name="Name">Its path in the store: <c>talos/v1.14.0/amd64/kernel</c>, <c>ipxe/arm64/snponly.efi</c>.</param>
/// <param name="Sha256">SHA-256 of its content, hexadecimal.</param>
/// <param name="Origin"><c>imported</c>, <c>distribution</c> (from the ipxe package) or <c>generated</c>.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Added">When it was stored.</param>
public sealed record Asset(string Name, long Bytes, string Sha256, DateTimeOffset Added, string Origin);

/// <summary>An address lease.</summary>
public sealed record Lease
{
    /// <summary>IPv4 address.</summary>
    public required string Address { get; init; }

    /// <summary>Subnet of the address.</summary>
    public required string Subnet { get; init; }

    /// <summary>State: <c>bound</c>, <c>expired</c>, <c>released</c> or <c>declined</c>.</summary>
    public required string State { get; init; }

    /// <summary>MAC address of the client.</summary>
    public string? Mac { get; init; }

    /// <summary>Client identifier (option 61), hexadecimal.</summary>
    public string? ClientId { get; init; }

    /// <summary>Host name that the client sent (option 12).</summary>
    public string? HostName { get; init; }

    /// <summary>Name of the machine.</summary>
    public string? Machine { get; init; }

    /// <summary>When the address was first leased.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When the lease ends.</summary>
    public DateTimeOffset Expires { get; init; }
}

/// <summary>An event of the appliance, as the event stream sends it.</summary>
/// <param name="Id">Increases by one; the stream resumes after it (<c>Last-Event-ID</c>).</param>
/// <param name="Kind"><c>machine.discovered</c>, <c>boot.stage</c>, <c>config.delivered</c>, <c>config.refused</c>, …</param>
/// <param name="Time">When it happened.</param>
/// <param name="Level"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Machine">Machine concerned.</param>
/// <param name="Boot">Boot it belongs to.</param>
/// <param name="Text">What happened, in plain words.</param>
public sealed record Event(long Id, DateTimeOffset Time, string Kind, string Level, string? Machine, string? Boot, string Text);

/// <summary>The explanation of the state of a machine, a network card or an address.</summary>
/// <param name="Machine">The machine's name, or the MAC or IP address if no machine is known.</param>
/// <param name="Verdict">The conclusion in one or two sentences.</param>
/// <param name="Remedy">All of <see cref="Remedies"/> in one text; none if nothing is wrong.</param>
/// <param name="Findings">The boot's timeline, oldest first, and the machine's trust.</param>
/// <param name="Boot">Its last boot; none if it has not booted from the network.</param>
public sealed record Explanation(string Machine, string Verdict, string? Remedy, IReadOnlyList<string> Findings, Boot? Boot)
{
    /// <summary>The name of the cause, stable across versions: <c>other-dhcp-server</c>, <c>boot-loop</c>,
    /// <c>reported</c>; docs/explain.md lists
    /// them.</summary>
    public string? Cause { get; init; }

    /// <summary>Confidence of the explanation.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>Evidence besides the timeline, and related facts.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Remedies, best first; none if nothing is wrong.</summary>
    public IReadOnlyList<string> Remedies { get; init; } = [];
}

/// <summary>The daemon's version and health.</summary>
public sealed record ServerStatus
{
    /// <summary>Version of rackbootd.</summary>
    public required string Version { get; init; }

    /// <summary>When the process started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Seconds from process start until everything listened.</summary>
    public required double ReadySeconds { get; init; }

    /// <summary>Counters since the start.</summary>
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>The present state of the boot interfaces.</summary>
    public IReadOnlyList<BootInterface> Interfaces { get; init; } = [];

    /// <summary>Problems of the daemon itself, in sentences; empty if there are none.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>An interface that serves the rack.</summary>
/// <param name="Name">The name of the network interface, like eth1.</param>
/// <param name="Addresses">Its served addresses, like 10.20.0.1/24; none while the interface is missing or has no address.</param>
public sealed record BootInterface(string Name, IReadOnlyList<string> Addresses);

/// <summary>The new key of the store's secrets.</summary>
/// <param name="Id">Identifies the key without revealing it.</param>
/// <param name="File">The key file; keep a copy of it.</param>
public sealed record StoreKeyChange(string Id, string File);

/// <summary>RFC 9457 problem details; <c>errors</c> lists every error in a document with its place.</summary>
public sealed record Problem
{
    /// <summary>Always <c>about:blank</c>: the status tells the kind of problem.</summary>
    public string? Type { get; init; }

    /// <summary>Kind of the problem.</summary>
    public string? Title { get; init; }

    /// <summary>HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>Not used.</summary>
    public string? Instance { get; init; }

    /// <summary>Every error in the document, with its place.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    /// <summary>Problems that are not errors but will stop a boot.</summary>
    public IReadOnlyList<ProblemError>? Warnings { get; init; }
}

/// <summary>One error in a document.</summary>
/// <param name="Path">JSON pointer to it, <c>/macs/0</c>.</param>
/// <param name="Message">What is wrong and what is allowed instead.</param>
public sealed record ProblemError(string Path, string Message);
