namespace Rackboot.Daemon.Configuration;

/// <summary>An error in a configuration file.</summary>
/// <param name="Path">Where in the document, <c>subnets[0].range</c>; empty for the whole.</param>
/// <param name="Message">The error, and what is allowed.</param>
public sealed record ConfigurationError(string File, int Line, string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? $"{File}:{Line}: {Message}" : $"{File}:{Line}: {Path}: {Message}";
}
