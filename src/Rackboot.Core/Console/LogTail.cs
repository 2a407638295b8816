namespace Rackboot.Core.Console;

/// <summary>The last lines of a log in several files.</summary>
public sealed class LogTail : IAsyncDisposable
{
    private const int Block = 64 << 10;

    private readonly IReadOnlyList<FileStream> _files;
    private readonly long[] _ends;

    /// <param name="files">Oldest first. Closed with this; later appended bytes are not read.</param>
    public LogTail(IReadOnlyList<FileStream> files) => (_files, _ends) = (files, [.. files.Select(f => f.Length)]);

    public bool IsEmpty => _ends.All(e => e == 0);

    /// <summary>Whether the log ends with a complete line.</summary>
    public bool EndsLine { get; private set; } = true;

    /// <summary>Copies the last lines; an unfinished last one counts.</summary>
    /// <param name="lines">Null copies everything.</param>
    public async Task CopyToAsync(Stream destination, int? lines, CancellationToken cancel)
    {
        var (file, offset) = lines is { } count ? await StartAsync(count, cancel).ConfigureAwait(false) : (0, 0);
        var buffer = new byte[Block];
        for (; file < _files.Count; file++, offset = 0)
            for (_files[file].Position = offset; _files[file].Position < _ends[file];)
            {
                var read = await _files[file].ReadAsync(
                    buffer.AsMemory(0, (int)Math.Min(Block, _ends[file] - _files[file].Position)), cancel).ConfigureAwait(false);
                if (read == 0)
                    break;
                EndsLine = buffer[read - 1] == '\n';
                await destination.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
            }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files)
            await file.DisposeAsync().ConfigureAwait(false);
    }

    // From the end backwards, block by block: the start is behind the newline that closes the line before the first wanted one.
    private async Task<(int File, long Offset)> StartAsync(int lines, CancellationToken cancel)
    {
        if (lines <= 0)
            return (_files.Count, 0);
        var buffer = new byte[Block];
        var isEnd = true;
        for (var file = _files.Count - 1; file >= 0; file--)
            for (var end = _ends[file]; end > 0;)
            {
                var length = (int)Math.Min(Block, end);
                end -= length;
                _files[file].Position = end;
                await _files[file].ReadExactlyAsync(buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
                for (var i = length - 1; i >= 0; i--, isEnd = false)
                    if (buffer[i] == '\n' && !isEnd && --lines == 0)
                        return (file, end + i + 1);
            }

        return (0, 0);
    }
}
