using System.Text;

namespace Rackboot.Lab.StandIn;

/// <summary>Writes an initramfs: cpio in its "newc" form (Linux Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
public sealed class CpioArchive(Stream output)
{
    private const int Directory = 0x41ed; // 040755
    private const int Executable = 0x81ed; // 0100755

    private int _inode;
    private long _position;

    public void AddDirectory(string path) => Add(path, Directory, []);

    public void AddExecutable(string path, ReadOnlySpan<byte> content) => Add(path, Executable, content);

    /// <summary>Ends the archive.</summary>
    public void End() => Add("TRAILER!!!", 0, []);

    private void Add(string path, int mode, ReadOnlySpan<byte> content)
    {
        var name = Encoding.ASCII.GetBytes(path + '\0');
        // magic, ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
        Write(Encoding.ASCII.GetBytes(
            $"070701{++_inode:x8}{mode:x8}{0:x8}{0:x8}{1:x8}{0:x8}{content.Length:x8}{0:x8}{0:x8}{0:x8}{0:x8}{name.Length:x8}{0:x8}"));
        Write(name);
        Align();
        Write(content);
        Align();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _position += bytes.Length;
    }

    private void Align() => Write(new byte[(4 - _position % 4) % 4]);
}
