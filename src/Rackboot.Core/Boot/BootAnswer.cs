using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Boot;

/// <summary>What a machine gets. Each protocol translates it into its own words.</summary>
/// <param name="Because">Why, in plain words for the timeline.</param>
public abstract record BootAnswer(string Because)
{
    /// <summary>No answer at all.</summary>
    public sealed record Nothing(string Because) : BootAnswer(Because);

    /// <summary>An address, and nothing to boot.</summary>
    /// <param name="IsProblem">The machine wanted something to boot and cannot get it.</param>
    public sealed record AddressOnly(string Because, bool IsProblem = false) : BootAnswer(Because);

    /// <summary>This iPXE binary of the asset store.</summary>
    public sealed record Program(string Asset, string Because) : BootAnswer(Because);

    /// <summary>A file that is not there, which sends some firmware on to its disk.</summary>
    public sealed record NoSuchFile(string Because) : BootAnswer(Because);

    /// <summary>The URL of the script that asks for this machine's own.</summary>
    public sealed record ScriptUrl(string Because) : BootAnswer(Because);

    /// <summary>Kernel and initramfs of a profile.</summary>
    public sealed record Talos(Profile Profile, string Because) : BootAnswer(Because);

    /// <summary>Its own disk.</summary>
    public sealed record Disk(DiskBootMethod Method, string Because) : BootAnswer(Because);

    /// <summary>Wait, and ask again.</summary>
    /// <param name="IsProblem">Somebody has to put something right first.</param>
    public sealed record Wait(string Because, bool IsProblem) : BootAnswer(Because);

    /// <summary>Boot files of a profile that are not here and may be fetched: wait, and ask again.</summary>
    public sealed record Fetch(Profile Profile, IReadOnlyList<string> Assets, string Because) : BootAnswer(Because);
}
