using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Rackboot.Fuzzing.Engine;
using Rackboot.Fuzzing.Targets;

namespace Rackboot.Fuzzing;

/// <summary>The commands. A target runs in a process of its own, since some mistakes end a process: the parent keeps the input that
/// did.</summary>
internal static class FuzzRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static int List()
    {
        foreach (var target in All.Targets)
            Console.WriteLine($"{target.Name,-24} {target.Seeds.Count} seeds, to {target.MostBytes:N0} bytes, {target.Parses}");
        return 0;
    }

    public static int Try(string name, string file)
    {
        var wrong = Judge.Of(Named(name), File.ReadAllBytes(file));
        Console.WriteLine(wrong ?? "nothing is wrong");
        return wrong is null ? 0 : 1;
    }

    public static async Task<int> AllAsync(string[] names, TimeSpan time, string? corpus, string found, CancellationToken cancel)
    {
        var targets = names.Length == 0 ? All.Targets : [.. names.Select(Named)];
        var folder = Directory.CreateTempSubdirectory("rackboot-fuzzing-").FullName;
        try
        {
            Instrumentation.CopyTo(folder);
            var sound = true;
            foreach (var target in targets)
                sound &= await OneAsync(target, folder, time, Path.GetFullPath(corpus ?? OwnCorpus()), Path.GetFullPath(found), cancel);
            return sound ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In the instrumented copy: target, seconds, corpus, found, current.</summary>
    public static int Inside(string[] arguments)
    {
        var target = Named(arguments[0]);
        var words = Instrumentation.Words(AppContext.BaseDirectory, target.Parses).ToList();
        var fuzzer = new Fuzzer(target, new Random(), words, arguments[4]);
        var time = TimeSpan.FromSeconds(double.Parse(arguments[1], CultureInfo.InvariantCulture));
        fuzzer.Run(Corpus.Read(arguments[2], target), time, () => Console.WriteLine("."));
        foreach (var (wrong, input) in fuzzer.Found)
            Console.WriteLine($"{target.Name}: {wrong}\n  {Keep(arguments[3], target, input)}");
        var smallest = fuzzer.Smallest();
        Corpus.Write(arguments[2], target, smallest);
        Console.WriteLine($"{target.Name}: {time.TotalSeconds:0} s, {fuzzer.Tried:N0} inputs, {fuzzer.Ways:N0} ways, "
            + $"{fuzzer.Kept.Count:N0} "
            + $"inputs kept, {smallest.Count:N0} of them enough, {fuzzer.Found.Count} promises broken");
        return fuzzer.Found.Count == 0 ? 0 : 1;
    }

    private static async Task<bool> OneAsync(
        FuzzTarget target, string folder, TimeSpan time, string corpus, string found, CancellationToken cancel)
    {
        var current = Path.Combine(folder, "current");
        string[] arguments = ["exec", Path.Combine(folder, "Rackboot.Fuzzing.dll"), "inside", target.Name,
            time.TotalSeconds.ToString(CultureInfo.InvariantCulture), corpus, found, current];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel).AsTask().WaitAsync(Patience, cancel) is { } line)
                if (line != ".")
                    Console.WriteLine(line);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode is 0 or 1)
                return process.ExitCode == 0;
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var bytes = File.ReadAllBytes(current);
        var input = bytes.AsSpan(sizeof(int), BitConverter.ToInt32(bytes)).ToArray();
        Console.WriteLine($"{target.Name}: the process ended, or did not come back\n  {Keep(found, target, input)}");
        return false;
    }

    private static string Keep(string folder, FuzzTarget target, byte[] input)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..8]}");
        File.WriteAllBytes(file, input);
        return file;
    }

    private static FuzzTarget Named(string name) => All.Targets.FirstOrDefault(t => t.Name == name)
        ?? throw new ArgumentException($"no target is called {name}; list shows them");

    private static string OwnCorpus()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Appliance.sln")))
                return Path.Combine(directory.FullName, "bench", "Fuzzing", "Corpus");
        return "corpus";
    }
}
