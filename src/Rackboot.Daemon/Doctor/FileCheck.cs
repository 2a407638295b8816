using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Doctor;

/// <summary>Who may read what is secret, and how old iPXE is.</summary>
internal static class FileCheck
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const int OldYears = 5;

    public static IReadOnlyList<DoctorCheck> Look(string path, RackbootConfiguration configuration, TimeProvider time) =>
    [
        .. Permissions(path, configuration.Data),
        .. Ipxe(configuration.IpxeDirectory, time.GetUtcNow()),
    ];

    private static List<DoctorCheck> Permissions(string path, string data)
    {
        var open = new List<DoctorCheck>();
        if (Directory.Exists(data) && (File.GetUnixFileMode(data) & (Group | Others)) != 0)
            open.Add(new DoctorCheck("permissions", DoctorLevel.Error, $"{data} is open to other users, and holds every secret",
                $"chmod 700 {data}"));
        var key = Path.Combine(data, "credentials.key");
        if (File.Exists(key) && (File.GetUnixFileMode(key) & (Group | Others)) != 0)
            open.Add(new DoctorCheck("permissions", DoctorLevel.Error, $"{key} is open to other users; rackbootd does not start so",
                $"chmod 600 {key}"));
        if ((File.GetUnixFileMode(path) & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != 0)
            open.Add(new DoctorCheck("permissions", DoctorLevel.Error, $"{path} can be changed by other users than its owner",
                $"chmod 640 {path}"));
        return open.Count > 0 ? open : [new DoctorCheck("permissions", DoctorLevel.Ok, $"nobody but its owner reads {data}")];
    }

    // The configuration's check says it where there is none.
    private static IEnumerable<DoctorCheck> Ipxe(string directory, DateTimeOffset now)
    {
        if (DistributionAssets.NewestIn(directory) is not { } built)
            yield break;
        var isOld = built < now.AddYears(-OldYears);
        yield return new DoctorCheck("ipxe", isOld ? DoctorLevel.Warning : DoctorLevel.Ok, $"the package's iPXE is of {built:yyyy-MM}",
            isOld ? "newer network cards may need a newer one: docs/ipxe.md" : null);
    }
}
