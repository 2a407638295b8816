using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Boot;

/// <summary>What a machine boots. Each protocol translates it.</summary>
/// <param name="Because">The reason, for the timeline.</param>
public abstract record BootAnswer(string Because)
{
    /// <summary>No answer at all.</summary>
    public sealed record Nothing(string Because) : BootAnswer(Because);

    /// <summary>An address, and nothing to boot.</summary>
    /// <param name="IsProblem">The machine requested a boot that is impossible.</param>
    public sealed record AddressOnly(string Because, bool IsProblem = false) : BootAnswer(Because);

    /// <summary>This iPXE binary of the asset store.</summary>
    public sealed record Program(string Asset, string Because) : BootAnswer(Because);

    /// <summary>A missing file, after which some firmware moves on to its disk.</summary>
    public sealed record NoSuchFile(string Because) : BootAnswer(Because);

    /// <summary>The URL of the script that fetches this machine's own.</summary>
    public sealed record ScriptUrl(string Because) : BootAnswer(Because);

    /// <summary>Kernel and initramfs of a profile.</summary>
    public sealed record Talos(Profile Profile, string Because) : BootAnswer(Because);

    /// <summary>Its own disk.</summary>
    public sealed record Disk(DiskBootMethod Method, string Because) : BootAnswer(Because);

    /// <summary>Wait, and ask again.</summary>
    /// <param name="IsProblem">An operator must fix something first.</param>
    public sealed record Wait(string Because, bool IsProblem) : BootAnswer(Because);

    /// <summary>A profile's boot files are missing and can be fetched: wait, and ask again.</summary>
    public sealed record Fetch(Profile Profile, IReadOnlyList<string> Assets, string Because) : BootAnswer(Because);
}
