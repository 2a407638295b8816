using System.Net.Http.Json;

namespace Rackboot.Contracts;

// Backups.
public sealed partial class RackbootClient
{
    /// <summary>Has the daemon make a backup, and writes it to <paramref name="to"/> as it comes.</summary>
    /// <exception cref="HttpRequestException">The daemon ended before the backup did.</exception>
    public async Task CreateBackupAsync(BackupOrder order, Stream to, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ApiPaths.Backup)
        {
            Content = JsonContent.Create(order, options: Document.Json),
        };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        await response.Content.CopyToAsync(to, cancel).ConfigureAwait(false);
    }
}
