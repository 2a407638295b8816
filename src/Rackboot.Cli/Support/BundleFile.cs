using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rackboot.Contracts;

namespace Rackboot.Cli.Support;

/// <summary>A support bundle as it grows: a tar, compressed. Everything passes <see cref="Redaction"/> on its way in.</summary>
internal sealed class BundleFile : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Indented = new(Document.Json) { WriteIndented = true };

    private readonly GZipStream _gzip;
    private readonly TarWriter _tar;
    private readonly string _folder;

    /// <param name="folder">What everything lies in.</param>
    public BundleFile(Stream to, string folder)
    {
        _gzip = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true);
        (_tar, _folder) = (new TarWriter(_gzip, TarEntryFormat.Pax, leaveOpen: true), folder);
    }

    public Task AddAsync<T>(string name, T document, CancellationToken cancel) =>
        WriteAsync(name, Redaction.Of(JsonSerializer.SerializeToNode(document, Document.Json))?.ToJsonString(Indented) ?? "null", cancel);

    public Task AddAsync(string name, IEnumerable<JsonNode?> lines, CancellationToken cancel) =>
        WriteAsync(name, string.Join('\n', lines.Select(l => Redaction.Of(l)?.ToJsonString(Document.Json))), cancel);

    public Task AddTextAsync(string name, string text, CancellationToken cancel) => WriteAsync(name, Redaction.Of(text), cancel);

    public async ValueTask DisposeAsync()
    {
        await _tar.DisposeAsync();
        await _gzip.DisposeAsync();
    }

    private async Task WriteAsync(string name, string text, CancellationToken cancel)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text + "\n"));
        await _tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"{_folder}/{name}")
        {
            DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }, cancel);
    }
}
