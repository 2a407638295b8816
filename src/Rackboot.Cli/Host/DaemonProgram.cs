using System.Diagnostics;

namespace Rackboot.Cli.Host;

/// <summary>The program rackbootd on this host: it alone reads its configuration and its store, so what needs them asks it.</summary>
internal static class DaemonProgram
{
    private const string Name = "rackbootd";

    /// <summary>Where it is: beside this program, or on the path.</summary>
    public static string Path
    {
        get
        {
            var own = AppContext.BaseDirectory.TrimEnd('/');
            string[] near = [$"{own}/{Name}", $"{System.IO.Path.GetDirectoryName(own)}/{Name}/{Name}"];
            return near.FirstOrDefault(File.Exists) ?? Name;
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="IOException">It is not installed.</exception>
    public static Task<ProgramRun> RunAsync(CancellationToken cancel, params string[] arguments) =>
        HostProgram.RunAsync(Path, cancel, arguments);
}
