namespace Rackboot.Contracts;

/// <summary>A file of the local store.</summary>
/// <param name="Name">Its path in the store: <c>talos/v1.14.0/amd64/kernel</c>, <c>ipxe/arm64/snponly.efi</c>.</param>
/// <param name="Sha256">Of its content, hexadecimal.</param>
/// <param name="Origin"><c>imported</c>, <c>distribution</c> (from the ipxe package) or <c>generated</c>.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Added">When it came.</param>
public sealed record Asset(string Name, long Bytes, string Sha256, DateTimeOffset Added, string Origin);

/// <summary>An address lease.</summary>
public sealed record Lease
{
    /// <summary>IPv4 address.</summary>
    public required string Address { get; init; }

    /// <summary>Subnet of the address.</summary>
    public required string Subnet { get; init; }

    /// <summary><c>bound</c>, <c>expired</c>, <c>released</c> or <c>declined</c>.</summary>
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

/// <summary>A fact of the appliance, as the event stream sends it.</summary>
/// <param name="Id">Grows by one; the stream goes on after it (<c>Last-Event-ID</c>).</param>
/// <param name="Kind"><c>machine.discovered</c>, <c>boot.stage</c>, <c>config.delivered</c>, <c>config.refused</c>, …</param>
/// <param name="Time">When it happened.</param>
/// <param name="Level"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Machine">Machine that it is about.</param>
/// <param name="Boot">Boot that it belongs to.</param>
/// <param name="Text">What happened, in plain words.</param>
public sealed record Event(long Id, DateTimeOffset Time, string Kind, string Level, string? Machine, string? Boot, string Text);

/// <summary>Why a machine, a card or an address stands where it stands.</summary>
/// <param name="Machine">The machine's name, or the MAC or IP address where no machine is known.</param>
/// <param name="Verdict">One sentence or two, which a page of the machine leads with.</param>
/// <param name="Remedy">All of <see cref="Remedies"/> in one text; none when all is well.</param>
/// <param name="Findings">The boot's timeline, oldest first, and how far the machine is trusted.</param>
/// <param name="Boot">Its last boot; none if it was never seen booting.</param>
public sealed record Explanation(string Machine, string Verdict, string? Remedy, IReadOnlyList<string> Findings, Boot? Boot)
{
    /// <summary>The name of the cause, which stays the same in other versions: <c>other-dhcp-server</c>, <c>boot-loop</c>,
    /// <c>reported</c>; docs/explain.md lists
    /// them.</summary>
    public string? Cause { get; init; }

    /// <summary>How far it is to be believed.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>What it rests on beside the timeline, and what else is true.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What to do, the best first; none when all is well.</summary>
    public IReadOnlyList<string> Remedies { get; init; } = [];
}

/// <summary>What the daemon is and how it is.</summary>
public sealed record ServerStatus
{
    /// <summary>Version of rackbootd.</summary>
    public required string Version { get; init; }

    /// <summary>When the process started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Seconds from process start until everything listened.</summary>
    public required double ReadySeconds { get; init; }

    /// <summary>How often each thing happened since then.</summary>
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>The boot interfaces as they are now.</summary>
    public IReadOnlyList<BootInterface> Interfaces { get; init; } = [];

    /// <summary>What is wrong with the daemon itself, in sentences; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>An interface that the rack boots over.</summary>
/// <param name="Name">The name of the network interface, like eth1.</param>
/// <param name="Addresses">Those that are served on it, like 10.20.0.1/24; none while it is not there or has none.</param>
public sealed record BootInterface(string Name, IReadOnlyList<string> Addresses);

/// <summary>The key that the store's secrets are encrypted with, after it was changed.</summary>
/// <param name="Id">Tells keys apart, and nothing about them.</param>
/// <param name="File">What to keep a copy of.</param>
public sealed record StoreKeyChange(string Id, string File);

/// <summary>RFC 9457 problem details; <c>errors</c> names every mistake in a document by its place.</summary>
public sealed record Problem
{
    /// <summary>Always <c>about:blank</c>: the status says what kind of problem it is.</summary>
    public string? Type { get; init; }

    /// <summary>Kind of the problem.</summary>
    public string? Title { get; init; }

    /// <summary>HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What is wrong and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>Not used.</summary>
    public string? Instance { get; init; }

    /// <summary>Every mistake in the document, with its place.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    /// <summary>What is no mistake and will stop a boot.</summary>
    public IReadOnlyList<ProblemError>? Warnings { get; init; }
}

/// <summary>One mistake in a document.</summary>
/// <param name="Path">JSON pointer to it, <c>/macs/0</c>.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ProblemError(string Path, string Message);
