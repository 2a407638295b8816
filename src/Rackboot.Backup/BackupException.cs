namespace Rackboot.Backup;

/// <summary>A backup cannot be read or restored; the message says why and what to do.</summary>
public sealed class BackupException(string message, Exception? inner = null) : IOException(message, inner);
