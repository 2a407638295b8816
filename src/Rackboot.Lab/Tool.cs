using System.Diagnostics;

namespace Rackboot.Lab;

/// <summary>Runs programs of the host.</summary>
public static class Tool
{
    /// <summary>Runs <paramref name="program"/> to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="LabException">It is missing or failed.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exit, output, error) = await TryRunAsync(program, arguments);
        return exit == 0 ? output : throw new LabException(
            $"{program} {string.Join(' ', arguments)} failed ({exit}): {(error.Length > 0 ? error : output).Trim()}");
    }

    public static async Task<(int Exit, string Output, string Error)> TryRunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program in a session of its own, so that Ctrl-C on the terminal reaches it only through us.</summary>
    /// <param name="logFile">Where what it prints goes.</param>
    public static Process StartInBackground(string logFile, string program, params string[] arguments)
    {
        var info = new ProcessStartInfo("setsid") { UseShellExecute = false, RedirectStandardInput = true };
        info.ArgumentList.Add("sh");
        info.ArgumentList.Add("-c");
        info.ArgumentList.Add("log=$1; shift; exec \"$@\" >\"$log\" 2>&1");
        info.ArgumentList.Add("sh");
        info.ArgumentList.Add(logFile);
        info.ArgumentList.Add(program);
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        return Process.Start(info) ?? throw new LabException($"{program} did not start");
    }

    /// <summary>Whether a process runs. One that has ended does not, though its parent has yet to take note of it.</summary>
    public static bool IsRunning(int process)
    {
        try
        {
            // proc(5): number, (name), state.
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new LabException($"{program} is not installed; make run installs it (see Makefile, target deps)");
        }
    }
}
