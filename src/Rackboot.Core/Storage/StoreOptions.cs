namespace Rackboot.Core.Storage;

/// <summary>How the store is opened.</summary>
public sealed record StoreOptions
{
    /// <summary><c>$CREDENTIALS_DIRECTORY</c>: where systemd puts the key, if it has it.</summary>
    public string? CredentialsDirectory { get; init; }

    /// <summary>Room on the disk that is kept for leases and changes.</summary>
    public long ReserveBytes { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
