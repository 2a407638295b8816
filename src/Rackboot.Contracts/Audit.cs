namespace Rackboot.Contracts;

/// <summary>One thing that somebody did, or was refused.</summary>
public sealed record AuditEntry
{
    /// <summary>Grows by one.</summary>
    public required long Id { get; init; }

    /// <summary>When it was answered.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who: <c>root</c>, <c>token:ci</c>, <c>oidc:alice</c>; <c>-</c> for strangers.</summary>
    public required string Who { get; init; }

    /// <summary>From where: an address, or <c>socket</c>.</summary>
    public required string From { get; init; }

    /// <summary>Method and path of the request.</summary>
    public required string What { get; init; }

    /// <summary>The machines that it was about: their names, at most 100.</summary>
    public IReadOnlyList<string> Machines { get; init; } = [];

    /// <summary>HTTP status of the answer; 499: the caller left before it.</summary>
    public required int Result { get; init; }

    /// <summary>More about it: the power action, the token that was made.</summary>
    public string? Detail { get; init; }

    /// <summary>Hash of the entry before.</summary>
    public required string Previous { get; init; }

    /// <summary>SHA-256 of this entry and of the hash before it.</summary>
    public required string Hash { get; init; }
}

/// <summary>Whether the audit is whole.</summary>
public sealed record AuditCheck
{
    /// <summary>How many entries there are.</summary>
    public required long Entries { get; init; }

    /// <summary>Id of the oldest entry; none if there is no entry.</summary>
    public long? First { get; init; }

    /// <summary>Id of the newest entry.</summary>
    public long? Last { get; init; }

    /// <summary>Hash of the newest entry. Note it elsewhere: with it a later check shows that nothing up to it was changed.</summary>
    public string? Head { get; init; }

    /// <summary>What is wrong; none if every entry follows from the one before.</summary>
    public string? Mistake { get; init; }
}
