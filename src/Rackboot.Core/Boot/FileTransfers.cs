using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>Records the file transfers of a boot. Acknowledged bytes are progress; restarting a file is
/// not.</summary>
public static class FileTransfers
{
    private const int MostFiles = 32;

    public static void FileBegan(this BootLog boots, Machine machine, BootStage stage, string source, string file, long bytes) =>
        boots.Note(machine, stage, source, $"fetches {file} by {source.ToUpperInvariant()}, {bytes:N0} bytes",
            change: boot => Began(boot, file, bytes),
            fact: new Fact(FactKind.FileBegan, file));

    public static void FileArrived(this BootLog boots, Machine machine, BootStage stage, string source, string file, long bytes,
        TimeSpan took) =>
        boots.Note(machine, stage, source, $"received {file}, {bytes:N0} bytes in {took.TotalSeconds:0.00} s",
            change: boot => Moved(boot, file, bytes),
            fact: new Fact(FactKind.FileArrived, file));

    public static void FileMoved(this BootLog boots, MachineId machine, string file, long acknowledged) =>
        boots.Move(machine, boot => Moved(boot, file, acknowledged));

    public static void FileBroke(this BootLog boots, MachineId machine, string source, string file, long acknowledged, string how,
        FactKind kind)
    {
        boots.FileMoved(machine, file, acknowledged);
        boots.Remark(machine, source, how, Level.Warning, new Fact(kind, file));
    }

    /// <summary>A script or other answer that was sent in one packet.</summary>
    public static void SmallFile(this BootLog boots, MachineId machine, string source, string file, long bytes)
    {
        boots.Move(machine, boot => Moved(Began(boot, file, bytes), file, bytes));
        boots.Remark(machine, source, $"fetched {file}");
    }

    /// <summary>Whether some file has more received bytes than before.</summary>
    internal static bool CameFurther(BootRecord before, BootRecord now)
    {
        if (ReferenceEquals(before.Files, now.Files))
            return false;
        foreach (var (name, file) in now.Files)
            if (file.Acknowledged > (before.Files.GetValueOrDefault(name)?.Acknowledged ?? 0))
                return true;
        return false;
    }

    private static BootRecord Began(BootRecord boot, string file, long bytes) =>
        boot.Files.TryGetValue(file, out var known) ? boot with { Files =
            boot.Files.SetItem(file, known with { Bytes = bytes, Tries = known.Tries + 1 }) }
        : boot.Files.Count < MostFiles ? boot with { Files = boot.Files.Add(file, new BootFile(bytes, 0, 1)) }
        : boot;

    private static BootRecord Moved(BootRecord boot, string file, long acknowledged) =>
        boot.Files.TryGetValue(file, out var known) && acknowledged > known.Acknowledged
            ? boot with { Files = boot.Files.SetItem(file, known with { Acknowledged = acknowledged }) }
            : boot;
}
