using System.Net;
using System.Net.Http.Headers;

namespace Rackboot.Transfer;

/// <summary>Brings a file here, whatever happens on the way: it goes on after a break where it was (RFC 9110 §14.2, with If-Range where the
/// server names its versions), asks again after a fault with growing pauses, and takes nothing for the file that is not.</summary>
public sealed class FileTransfer(HttpClient http, TimeProvider time, TransferPolicy? policy = null)
{
    private const int DiskFullError = 28; // ENOSPC
    private const int QuotaError = 122; // EDQUOT

    private readonly TransferPolicy _policy = policy ?? new TransferPolicy();

    /// <summary>Brings <paramref name="remote"/> into <paramref name="file"/>. What a failure leaves there can be taken up again, unless it
    /// was wrong or the disk is full: then
    /// the file is gone.</summary>
    /// <exception cref="TransferException">Why it is not here.</exception>
    public async Task RunAsync(RemoteFile remote, PartialFile file, CancellationToken cancel)
    {
        try
        {
            for (var (attempt, before) = (1, file.Written); ;)
                try
                {
                    await TryAsync(remote, file, cancel).ConfigureAwait(false);
                    Check(remote, file);
                    return;
                }
                catch (TransferException e) when (e.Failure is TransferFailure.Unreachable or TransferFailure.ServerFault)
                {
                    (attempt, before) = file.Written > before ? (1, file.Written) : (attempt + 1, before);
                    if (attempt > _policy.Attempts)
                        throw;
                    var pause = TimeSpan.FromTicks(Math.Min(_policy.LongestPause.Ticks, _policy.Pause.Ticks << Math.Min(16, attempt - 1)));
                    await Task.Delay(pause, time, cancel).ConfigureAwait(false);
                }
        }
        catch (Exception e)
        {
            if (e is TransferException { Failure: TransferFailure.DiskFull or TransferFailure.WrongContent
                or TransferFailure.NotFound or TransferFailure.Refused })
                file.Delete();
            file.Fail(e is OperationCanceledException ? new TransferException(TransferFailure.Unreachable, $"{remote.Title}: the transfer "
                + "was stopped", e) : e);
            throw;
        }
    }

    private async Task TryAsync(RemoteFile remote, PartialFile file, CancellationToken cancel)
    {
        using var silence = new CancellationTokenSource(_policy.FirstByte, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel, silence.Token);
        try
        {
            if (remote.Bytes is { } expected && file.Written == expected && file.Note is not null)
            {
                file.Complete();
                return;
            }

            using var response = await AskAsync(remote, file, limited.Token).ConfigureAwait(false);
            if (response is null)
                return;
            await ReceiveAsync(remote, file, response, silence, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TransferException(TransferFailure.Unreachable, $"{remote.Title}: the server stopped answering");
        }
        catch (HttpRequestException e)
        {
            throw new TransferException(TransferFailure.Unreachable, $"{remote.Title}: {Reason(e)}", e);
        }
        catch (IOException e) when (e is not TransferException && IsDiskFull(e))
        {
            throw new TransferException(TransferFailure.DiskFull, $"{remote.Title}: the disk is full; free space and start again", e);
        }
        catch (IOException e) when (e is not TransferException)
        {
            throw new TransferException(TransferFailure.Unreachable, $"{remote.Title}: the connection was lost: {e.Message}", e);
        }
    }

    /// <summary>Whether <paramref name="e"/> says that the disk has no room.</summary>
    public static bool IsDiskFull(IOException e) => e.HResult is DiskFullError or QuotaError || (uint)e.HResult == 0x80070070;

    private async Task<HttpResponseMessage?> AskAsync(RemoteFile remote, PartialFile file, CancellationToken cancel)
    {
        for (var asked = 0; ; asked++)
        {
            using var request = await remote.Request(cancel).ConfigureAwait(false);
            if (file.Written > 0 && Resumable(remote, file))
            {
                request.Headers.Range = new RangeHeaderValue(file.Written, null);
                if (file.Note?.ETag is { } tag)
                    request.Headers.IfRange = new RangeConditionHeaderValue(EntityTagHeaderValue.Parse(tag));
                else if (remote.Sha256 is null && file.Note?.Modified is { } modified)
                    request.Headers.IfRange = new RangeConditionHeaderValue(modified);
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && request.Headers.Range is not null)
            {
                // It is shorter than what is here: that was another version.
                response.Dispose();
                file.Restart(new PartialFile.VersionNote(remote.Title, null, null));
            }
            else if (response.IsSuccessStatusCode || asked > 2 || remote.Challenged is null || !await remote.Challenged(response, cancel)
                .ConfigureAwait(false))
                return response;
            else
                response.Dispose();
        }
    }

    private static bool Resumable(RemoteFile remote, PartialFile file) =>
        file.Note is { } note && note.Title == remote.Title && (remote.Sha256 ?? note.ETag ?? (object?)note.Modified) is not null;

    private async Task ReceiveAsync(RemoteFile remote, PartialFile file, HttpResponseMessage response, CancellationTokenSource silence,
        CancellationToken cancel)
    {
        await RefuseAsync(remote, response, cancel).ConfigureAwait(false);
        var whole = response.StatusCode != HttpStatusCode.PartialContent;
        if (whole)
            file.Restart(new PartialFile.VersionNote(remote.Title, response.Headers.ETag is { IsWeak: false } tag
                ? tag.ToString() : null, response.Content.Headers.LastModified));
        else if (response.Content.Headers.ContentRange is not { From: { } from } || from != file.Written)
            throw new TransferException(TransferFailure.WrongContent,
                $"{remote.Title}: the server sent the wrong part of the file; a proxy on the way may be the cause");
        var total = whole ? response.Content.Headers.ContentLength : response.Content.Headers.ContentRange!.Length;
        if (remote.Bytes is { } expected && total is not null && total != expected)
            throw new TransferException(TransferFailure.WrongContent,
                $"{remote.Title}: the server's file has {total:N0} bytes instead of {expected:N0}: it is a different file");
        file.Expect(total ?? remote.Bytes);

        using var content = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[256 * 1024];
        while (true)
        {
            silence.CancelAfter(_policy.Silence);
            var read = await content.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (read == 0)
                break;
            if (file.Written + read > (total ?? remote.Bytes ?? long.MaxValue))
                throw new TransferException(TransferFailure.WrongContent,
                    $"{remote.Title}: the server sent more than the {total ?? remote.Bytes:N0} expected bytes");
            await file.AppendAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
        }

        if (total is { } announced && file.Written < announced)
            throw new TransferException(TransferFailure.Unreachable,
                $"{remote.Title}: the connection was lost after {file.Written:N0} of {announced:N0} bytes");
        file.Complete();
    }

    private static async Task RefuseAsync(RemoteFile remote, HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            // Sign-in pages of networks and proxies answer everything with a page, and 200.
            if (response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
                throw new TransferException(TransferFailure.WrongContent,
                    $"{remote.Title}: the server sent a web page instead of the file, probably from a proxy or a sign-in page, "
                    + "or the URL is wrong");
            return;
        }

        var said = await FirstLineAsync(response, cancel).ConfigureAwait(false);
        var text = $"{remote.Title}: the server answered {status} {response.ReasonPhrase}{(said.Length == 0 ? "" : $" (\"{said}\")")}";
        var remedy = remote.Remedy?.Invoke(status);
        throw new TransferException(
            status switch
            {
                404 or 410 => TransferFailure.NotFound,
                408 or 425 or 429 or >= 500 => TransferFailure.ServerFault,
                _ => TransferFailure.Refused,
            }, remedy is null ? text : $"{text}; {remedy}");
    }

    // What the server says of it, where that is a sentence and not a page.
    private static async Task<string> FirstLineAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("text/plain" or "application/json"))
            return "";
        using var content = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var buffer = new byte[512];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        var line = System.Text.Encoding.UTF8.GetString(buffer, 0, read).Trim().Split('\n')[0];
        return new string([.. line.Where(c => !char.IsControl(c)).Take(160)]);
    }

    private static void Check(RemoteFile remote, PartialFile file)
    {
        if (remote.Bytes is { } bytes && file.Written != bytes)
            throw new TransferException(TransferFailure.WrongContent,
                $"{remote.Title}: got {file.Written:N0} bytes, expected {bytes:N0}");
        if (remote.Sha256 is { } sha256 && file.Sha256 != sha256)
            throw new TransferException(TransferFailure.WrongContent,
                $"{remote.Title}: the checksum is wrong: SHA-256 {file.Sha256}, expected {sha256}");
        if (file.Written == 0 && remote.Bytes is null)
            throw new TransferException(TransferFailure.WrongContent, $"{remote.Title}: the server sent an empty file");
    }

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"the host name cannot be resolved ({e.Message}); check the network and the DNS server",
        HttpRequestError.SecureConnectionError =>
            $"the TLS connection failed ({e.InnerException?.Message ?? e.Message}); if the site has its own certificate authority, name "
            + "its file as the CA",
        HttpRequestError.ProxyTunnelError => $"the proxy refused ({e.Message})",
        _ => $"the server is not reachable ({e.InnerException?.Message ?? e.Message})",
    };
}
