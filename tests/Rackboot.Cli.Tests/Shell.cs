using System.CommandLine;
using System.Diagnostics;

namespace Rackboot.Cli.Tests;

/// <summary>Runs command lines in this process.</summary>
internal static class Shell
{
    public static Task<Outcome> RunAsync(FakeApi api, params string[] arguments) => RunAsync([.. arguments, "--socket", api.Socket]);

    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await RackbootCommand.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = error });
        return new Outcome(exit, output.ToString(), error.ToString());
    }

    /// <summary>Runs the program itself in <paramref name="directory"/>, with <paramref name="input"/> as its standard input.</summary>
    public static Task<Outcome> RunProgramAsync(string directory, string input, params string[] arguments) =>
        RunProgramAsync(directory, input, new Dictionary<string, string>(), arguments);

    /// <summary>The same with more variables in its environment.</summary>
    public static async Task<Outcome> RunProgramAsync(
        string directory, string input, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "rackboot"), arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading.
        }

        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>A file with this content, in a directory that the caller deletes.</summary>
    public static async Task<string> WriteAsync(string directory, string name, string content)
    {
        var path = Path.Combine(directory, name);
        await File.WriteAllTextAsync(path, content);
        return path;
    }
}

/// <summary>How a command line ended and what it printed.</summary>
internal sealed record Outcome(int Exit, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.TrimEnd('\n').Split('\n');
}
