using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Tests.Store;

/// <summary>A directory for a store, gone afterwards; on a disk of its own if a test wants to fill it.</summary>
internal sealed class StoreDirectory : IDisposable
{
    private readonly bool _mounted;

    public StoreDirectory(int? megabytes = null)
    {
        if (megabytes is null)
            return;
        Assert.SkipUnless(Environment.UserName == "root", "mounting a small disk takes root");
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "none", Path);
        _mounted = true;
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("rackboot-store-").FullName;

    public string File => System.IO.Path.Combine(Path, "rackboot.db");

    public string Key => System.IO.Path.Combine(Path, "credentials.key");

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public SqliteStore Open(long reserve = 0, string? systemd = null) =>
        SqliteStore.Open(File, NullLogger.Instance, new StoreOptions { ReserveBytes = reserve, CredentialsDirectory = systemd });

    /// <summary>Takes what is free on the disk.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append);
        try
        {
            for (var block = new byte[4096]; ;)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full: that is what was wanted.
        }
    }

    public void Free() => System.IO.File.Delete(Filler);

    /// <summary>Every file of the store together.</summary>
    public byte[] AllBytes() => [.. Directory.EnumerateFiles(Path).Where(f => !f.EndsWith("filler",
        StringComparison.Ordinal)).SelectMany(System.IO.File.ReadAllBytes)];

    /// <summary>Runs SQL on the closed store, as an older Rackboot or a damaged disk might have left it.</summary>
    /// <returns>What it prints.</returns>
    public string Sql(string sql)
    {
        using var process = Process.Start(new ProcessStartInfo("sqlite3", ["-bail", File]) { RedirectStandardInput = true,
            RedirectStandardOutput = true })!;
        process.StandardInput.Write(sql);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    public static string Hex(string text) => $"X'{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'";

    public void Dispose()
    {
        if (_mounted)
            Run("umount", Path);
        Directory.Delete(Path, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }
}
