using System.Diagnostics;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.Tests.BootPlane.Transport;

public sealed class MappedFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Pieces_are_the_files_bytes_from_where_they_are_asked_for()
    {
        File.WriteAllBytes(_path, [1, 2, 3, 4, 5]);
        using var file = MappedFile.Open(_path);
        Assert.Equal(5, file.Length);
        Assert.Equal([1, 2, 3], file.Piece(0, 3).ToArray());
        Assert.Equal([4, 5], file.Piece(3, 100).ToArray());
        Assert.Empty(file.Piece(5, 100).ToArray());
    }

    [Fact]
    public void A_file_of_more_than_one_region_is_read_across_their_border()
    {
        const long Region = 1L << 30;
        using (var written = File.OpenWrite(_path))
        {
            written.SetLength(Region + 3); // the space in between takes no room on the disk
            written.Position = Region - 1;
            written.Write([1, 2, 3, 4]);
        }

        using var file = MappedFile.Open(_path);
        Assert.Equal([1], file.Piece(Region - 1, 100).ToArray());
        Assert.Equal([2, 3, 4], file.Piece(Region, 100).ToArray());
    }

    [Fact]
    public void What_is_on_the_disk_alone_is_known_and_brought()
    {
        File.WriteAllBytes(_path, new byte[1 << 20]);
        // Takes what is written out of memory (dd of coreutils: count=0 with nocache).
        using (var drop = Process.Start("dd", [$"if={_path}", $"of={_path}", "oflag=nocache", "iflag=nocache", "conv=notrunc,fdatasync",
            "count=0", "status=none"]))
            drop.WaitForExit();
        using var file = MappedFile.Open(_path);
        var piece = file.Piece(5000, 300_000);
        Assert.SkipWhen(file.IsInMemory(piece), "this file system keeps files in memory");
        file.Bring(piece);
        Assert.True(file.IsInMemory(piece));
        Assert.Equal(0, piece.Span[299_999]);
    }

    [Fact]
    public void Of_a_file_that_the_process_may_not_write_nothing_is_known()
    {
        File.WriteAllBytes(_path, new byte[300_000]);
        using var file = new MappedFile(_path, mayWrite: false);
        var piece = file.Piece(0, 300_000);
        file.Bring(piece);
        Assert.False(file.IsInMemory(piece)); // Linux would say so of a file that is not, too
        Assert.Equal(0, piece.Span[299_999]);
    }

    [Fact]
    public void An_empty_file_has_no_bytes()
    {
        using var file = MappedFile.Open(_path);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void It_stays_until_the_last_user_has_gone()
    {
        File.WriteAllBytes(_path, [7]);
        var file = MappedFile.Open(_path);
        var second = file.Share();
        file.Dispose();
        Assert.Equal([7], second!.Piece(0, 1).ToArray());
        second.Dispose();
        Assert.Null(file.Share());
    }

    [Fact]
    public void What_is_not_there_is_not_opened()
    {
        Assert.Throws<FileNotFoundException>(() => MappedFile.Open(_path + ".none"));
        Assert.ThrowsAny<Exception>(() => MappedFile.Open(Path.GetTempPath()));
    }
}
