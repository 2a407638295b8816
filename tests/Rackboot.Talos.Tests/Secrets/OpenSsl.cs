using System.Diagnostics;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>Runs a program on files of a folder of its own.</summary>
internal sealed class OpenSsl : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("rackboot-pki-").FullName;

    public string Put(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs <paramref name="program"/> and returns its exit code and everything it printed.</summary>
    public async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        Assert.SkipWhen(
            !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, program))),
                $"{program} is not installed");
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["HOME"] = Folder;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var outputs = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token),
            process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, string.Concat(outputs));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
