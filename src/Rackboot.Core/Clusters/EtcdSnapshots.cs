using System.Globalization;
using System.Net;
using Rackboot.Core.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Snapshots of etcd on the appliance's disk: a folder a cluster, a file a snapshot, named by its time. They contain the cluster's
/// secrets, so only the daemon may read them.</summary>
/// <param name="directory">The parent of the folders.</param>
public sealed class EtcdSnapshots(string directory, IClusterNodes nodes, EventLog events, TimeProvider time)
{
    private const string Extension = ".etcd";
    private const string Unfinished = ".part";
    private const int KeptWithoutRule = 5;

    /// <summary>The snapshots of a cluster, newest first.</summary>
    public IReadOnlyList<FileInfo> Of(string cluster)
    {
        var folder = new DirectoryInfo(Path.Combine(directory, cluster));
        return folder.Exists ? [.. folder.EnumerateFiles("*" + Extension).OrderByDescending(f => f.Name, StringComparer.Ordinal)] : [];
    }

    /// <summary>The snapshot of this name; null if there is none.</summary>
    public FileInfo? Find(string cluster, string name) => Of(cluster).FirstOrDefault(f => f.Name == name);

    /// <summary>The path of the snapshot of this name.</summary>
    /// <exception cref="ClusterNodeException">It is gone.</exception>
    public string PathOf(string cluster, string name) => Find(cluster, name)?.FullName ?? throw new ClusterNodeException(
        $"snapshot {name} of cluster {cluster} no longer exists; see the others: rackboot cluster snapshots {cluster}", permanent: true);

    /// <summary>Imports a snapshot, completely or not at all.</summary>
    /// <param name="skipHashCheck">It is a copy of a data file, which has no checksum.</param>
    /// <returns>Its file, or why it was not imported.</returns>
    public async Task<Applied<FileInfo>> AddAsync(string cluster, Stream content, bool skipHashCheck, CancellationToken cancel)
    {
        var path = NewPath(cluster);
        try
        {
            await using (var target = Create(path + Unfinished))
            {
                if (!await SnapshotCheck.CopyAsync(content, target, cancel).ConfigureAwait(false) && !skipHashCheck)
                    return Applied<FileInfo>.Refused(Refusal.Invalid("",
                        "the snapshot is truncated or damaged: its checksum is wrong; a copy of etcd's data file has none: say "
                            + "--skip-hash-check"));
                target.Flush(flushToDisk: true);
            }

            File.Move(path + Unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Applied<FileInfo>.Refused(Refusal.Conflict("", $"storing the snapshot failed: {e.Message}; free space in {directory}"));
        }
        finally
        {
            File.Delete(path + Unfinished);
        }

        var stored = new FileInfo(path);
        events.Add("cluster.snapshot", Level.Info, null, null,
            $"a snapshot for cluster {cluster} was imported as {stored.Name}, {stored.Length:N0} bytes");
        return new Applied<FileInfo>(stored, Created: true);
    }

    /// <summary>Opens a file that only the daemon may read.</summary>
    internal static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    /// <summary>Saves etcd of <paramref name="cluster"/> through a node; older snapshots than the cluster keeps are deleted
    /// afterwards.</summary>
    /// <exception cref="ClusterNodeException">The node refused, the snapshot was truncated, or writing it failed.</exception>
    public async Task TakeAsync(Cluster cluster, IPAddress node, CancellationToken cancel)
    {
        var path = NewPath(cluster.Name);
        var name = Path.GetFileName(path);
        try
        {
            await nodes.SnapshotAsync(cluster, node, path + Unfinished, cancel).ConfigureAwait(false);
            File.Move(path + Unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterNodeException(
                $"storing the snapshot of cluster {cluster.Name} failed: {e.Message}; free space in {directory}", inner: e);
        }
        finally
        {
            File.Delete(path + Unfinished);
        }

        events.Add("cluster.snapshot", Level.Info, null, null,
            $"saved etcd of cluster {cluster.Name} as {name}, {new FileInfo(path).Length:N0} bytes");
        foreach (var old in Of(cluster.Name).Skip(cluster.Snapshots?.Keep ?? KeptWithoutRule))
            old.Delete();
    }

    private string NewPath(string cluster)
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(directory, cluster), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        return Path.Combine(folder.FullName, name + Extension);
    }
}
