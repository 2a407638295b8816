namespace Rackboot.Cli;

/// <summary>Exit codes. Scripts rely on them (docs/cli.md).</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int Conflict = 4;
    public const int Unreachable = 5;
    /// <summary>The command succeeded on some machines and failed on others.</summary>
    public const int Partly = 6;
    public const int Interrupted = 130;
}
