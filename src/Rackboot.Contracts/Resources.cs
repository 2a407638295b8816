namespace Rackboot.Contracts;

/// <summary>A file of the local store.</summary>
/// <param name="Name">Its path in the store: <c>talos/v1.14.0/amd64/kernel</c>, <c>ipxe/arm64/snponly.efi</c>.</param>
/// <param name="Sha256">Of its content, hexadecimal.</param>
/// <param name="Origin"><c>imported</c>, <c>distribution</c> (from the ipxe package) or <c>generated</c>.</param>
public sealed record Asset(string Name, long Bytes, string Sha256, DateTimeOffset Added, string Origin);

/// <summary>An address lease.</summary>
public sealed record Lease
{
    public required string Address { get; init; }
    public required string Subnet { get; init; }

    /// <summary><c>bound</c>, <c>expired</c>, <c>released</c> or <c>declined</c>.</summary>
    public required string State { get; init; }
    public string? Mac { get; init; }
    public string? ClientId { get; init; }
    public string? HostName { get; init; }
    public string? Machine { get; init; }
    public DateTimeOffset Since { get; init; }
    public DateTimeOffset Expires { get; init; }
}

/// <summary>A fact of the appliance, as the event stream sends it.</summary>
/// <param name="Id">Grows by one; the stream goes on after it (<c>Last-Event-ID</c>).</param>
/// <param name="Kind"><c>machine.discovered</c>, <c>boot.stage</c>, <c>config.delivered</c>, <c>config.refused</c>, …</param>
public sealed record Event(long Id, DateTimeOffset Time, string Kind, string Level, string? Machine, string? Boot, string Text);

/// <summary>Why a machine, a card or an address stands where it stands.</summary>
/// <param name="Machine">The machine's name, or the MAC or IP address where no machine is known.</param>
/// <param name="Verdict">One sentence or two, which a page of the machine leads with.</param>
/// <param name="Remedy">All of <see cref="Remedies"/> in one text; none when all is well.</param>
/// <param name="Findings">The boot's timeline, oldest first, and how far the machine is trusted.</param>
public sealed record Explanation(string Machine, string Verdict, string? Remedy, IReadOnlyList<string> Findings, Boot? Boot)
{
    /// <summary>The name of the cause, which stays the same in other versions: <c>other-dhcp-server</c>, <c>boot-loop</c>, <c>reported</c>; docs/explain.md lists
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
    public required string Version { get; init; }
    public required DateTimeOffset Started { get; init; }

    /// <summary>Seconds from process start until everything listened.</summary>
    public required double ReadySeconds { get; init; }
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>What is wrong with the daemon itself, in sentences; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>The key that the store's secrets are encrypted with, after it was changed.</summary>
/// <param name="Id">Tells keys apart, and nothing about them.</param>
/// <param name="File">What to keep a copy of.</param>
public sealed record StoreKeyChange(string Id, string File);

/// <summary>RFC 9457 problem details; <see cref="Errors"/> names every mistake in a document by its place.</summary>
public sealed record Problem
{
    public string? Type { get; init; }
    public string? Title { get; init; }
    public int? Status { get; init; }
    public string? Detail { get; init; }
    public string? Instance { get; init; }
    public IReadOnlyList<ProblemError>? Errors { get; init; }
}

/// <summary>One mistake in a document.</summary>
/// <param name="Path">JSON pointer to it, <c>/macs/0</c>.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record ProblemError(string Path, string Message);
