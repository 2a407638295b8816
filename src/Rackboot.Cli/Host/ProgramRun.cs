namespace Rackboot.Cli.Host;

/// <summary>What a program left when it ended.</summary>
internal sealed record ProgramRun(int Exit, string Output, string Error);
