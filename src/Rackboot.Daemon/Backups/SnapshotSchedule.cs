using Rackboot.Backup;
using Rackboot.Core.Events;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Backups;

/// <summary>Makes a backup when the newest is old enough, over restarts too. One that failed is tried again after ten minutes, and told
/// once.</summary>
internal sealed class SnapshotSchedule(StoreBackup backup, string data, EventLog events, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(10);

    private DateTimeOffset _notBefore;

    /// <summary>What the configuration wants now.</summary>
    public required BackupSettings Settings { get; set; }

    /// <summary>Why the last one failed; null if it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>When the newest was made.</summary>
    public DateTimeOffset? Newest => Shelf.Newest;

    private SnapshotShelf Shelf => new(Settings.Directory ?? Path.Combine(data, BackupFiles.SnapshotFolder));

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            do
                await LookAsync(cancel).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    /// <summary>Makes one if it is time for it.</summary>
    internal async Task LookAsync(CancellationToken cancel)
    {
        var (settings, now) = (Settings, time.GetUtcNow());
        if (settings.Every == TimeSpan.Zero)
        {
            Problem = null;
            return;
        }

        try
        {
            if (now < _notBefore || now - (Shelf.Newest ?? DateTimeOffset.MinValue) is var age && age >= TimeSpan.Zero
                && age < settings.Every)
                return;
            using var copy = await backup.CopyAsync(cancel).ConfigureAwait(false);
            var path = await Shelf.AddAsync(now, settings.Keep, file =>
                backup.WriteAsync(file, copy, Seal(settings), settings.Assets, cancel)).ConfigureAwait(false);
            Problem = null;
            events.Add("backup.made", Level.Info, null, null, $"the scheduled backup {path} was made");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _notBefore = now + TryAgainAfter;
            if (Problem is null)
                events.Add("backup.failed", Level.Error, null, null, $"the scheduled backup was not made: {e.Message}");
            Problem = $"the scheduled backup was not made: {e.Message}; it is tried again every {TryAgainAfter.TotalMinutes:0} minutes";
        }
    }

    private static BackupSeal Seal(BackupSettings settings) =>
        File.ReadAllText(settings.Key!) is var text && text.Contains("-----BEGIN ", StringComparison.Ordinal)
            ? new BackupSeal.PublicKey(text) : new BackupSeal.Passphrase(text.TrimEnd('\r', '\n'));
}
