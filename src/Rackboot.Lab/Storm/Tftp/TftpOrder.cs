namespace Rackboot.Lab.Storm.Tftp;

/// <summary>A file to download by TFTP, and how patiently.</summary>
internal sealed record TftpOrder
{
    public required string File { get; init; }

    /// <summary>What the server must send.</summary>
    public required byte[] Content { get; init; }

    public int BlockBytes { get; init; } = 1428;

    /// <summary>0 asks for no window.</summary>
    public int Window { get; init; }

    /// <summary>How long an answer may take before the client asks again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    public int Tries { get; init; } = 5;
}
