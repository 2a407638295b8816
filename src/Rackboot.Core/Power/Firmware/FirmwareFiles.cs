using System.Security.Cryptography;

namespace Rackboot.Core.Power.Firmware;

/// <summary>Firmware files that were sent here, for as long as the update that they are for. They are sent on to the BMC or, where it takes
/// no files, served to it under a name that nobody guesses.</summary>
public sealed class FirmwareFiles
{
    private readonly string _directory;

    /// <summary>Files that an earlier run left are removed: the operations that they were for have ended.</summary>
    public FirmwareFiles(string directory)
    {
        _directory = directory;
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    /// <summary>Where a BMC finds the file of this id and name.</summary>
    public Func<string, string, Uri>? Address { get; set; }

    /// <summary>Keeps what <paramref name="content"/> brings.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> ReceiveAsync(Stream content, CancellationToken cancel)
    {
        Directory.CreateDirectory(_directory);
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        try
        {
            await using var file = new FileStream(Place(id), FileMode.CreateNew, FileAccess.Write);
            await content.CopyToAsync(file, cancel).ConfigureAwait(false);
            return id;
        }
        catch
        {
            Remove(id);
            throw;
        }
    }

    /// <summary>The path of the file; null if there is none of this id.</summary>
    public string? Find(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower) && File.Exists(Place(id)) ? Place(id) : null;

    public void Remove(string id) => File.Delete(Place(id));

    /// <summary>What a BMC is given; null if the file is gone.</summary>
    public FirmwareImage? Image(FirmwareSource source) =>
        source.Url is { } url ? new FirmwareImage(source.Name, url, null)
        : source.File is { } id && Find(id) is { } path && Address is { } address
            ? new FirmwareImage(source.Name, address(id, source.Name), path)
        : null;

    private string Place(string id) => Path.Combine(_directory, id);
}
