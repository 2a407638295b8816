using System.Globalization;
using System.Net;
using Rackboot.Core.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Snapshots of etcd on the appliance's disk: a folder a cluster, a file a snapshot, named by its time. They hold the cluster's
/// secrets, so only the daemon may read them.</summary>
/// <param name="directory">Where the folders are.</param>
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

    /// <summary>Saves etcd of <paramref name="cluster"/> through a node; older snapshots than the cluster keeps are deleted
    /// afterwards.</summary>
    /// <exception cref="ClusterNodeException">The node refused, the snapshot was cut short, or the disk did not take it.</exception>
    public async Task TakeAsync(Cluster cluster, IPAddress node, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(directory, cluster.Name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var name = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + Extension;
        var path = Path.Combine(folder.FullName, name);
        try
        {
            await nodes.SnapshotAsync(cluster, node, path + Unfinished, cancel).ConfigureAwait(false);
            File.Move(path + Unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterNodeException(
                $"the snapshot of cluster {cluster.Name} cannot be stored: {e.Message}; make room in {directory}", inner: e);
        }
        finally
        {
            File.Delete(path + Unfinished);
        }

        events.Add("cluster.snapshot", Level.Info, null, null,
            $"etcd of cluster {cluster.Name} is saved as {name}, {new FileInfo(path).Length:N0} bytes");
        foreach (var old in Of(cluster.Name).Skip(cluster.Snapshots?.Keep ?? KeptWithoutRule))
            old.Delete();
    }
}
