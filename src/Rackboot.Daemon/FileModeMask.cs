using System.Runtime.InteropServices;

namespace Rackboot.Daemon;

/// <summary>The process's file mode creation mask (umask(2)).</summary>
internal static partial class FileModeMask
{
    /// <summary>Sets the mask.</summary>
    /// <returns>The mask before.</returns>
    public static uint Set(uint mask) => Umask(mask);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);
}
