using System.ComponentModel;
using System.Diagnostics;

namespace Rackboot.Cli.Host;

/// <summary>Programs of this host.</summary>
internal static class HostProgram
{
    /// <summary>Runs a program to its end; it is ended where <paramref name="cancel"/> says so.</summary>
    /// <exception cref="IOException">It is not installed.</exception>
    public static async Task<ProgramRun> RunAsync(string program, CancellationToken cancel, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel);
            return new ProgramRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{program} cannot be run: {e.Message}. Is it installed on this host?", e);
        }
    }
}
