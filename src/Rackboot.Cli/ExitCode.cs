namespace Rackboot.Cli;

/// <summary>What scripts can tell from how the program ended. Part of its interface (docs/cli.md).</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int Conflict = 4;
    public const int Unreachable = 5;
    /// <summary>Of several machines some did what was asked and some did not.</summary>
    public const int Partly = 6;
    public const int Interrupted = 130;
}
