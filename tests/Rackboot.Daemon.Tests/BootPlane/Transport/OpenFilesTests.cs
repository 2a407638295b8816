using Rackboot.Core.Tests.Support;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.Tests.BootPlane.Transport;

public sealed class OpenFilesTests : IDisposable
{
    private readonly TimerClock _clock = new();
    private readonly OpenFiles _files;
    private readonly string _path = Path.GetTempFileName();

    public OpenFilesTests()
    {
        File.WriteAllBytes(_path, [1, 2, 3]);
        _files = new OpenFiles(_clock);
    }

    public void Dispose()
    {
        _files.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void The_same_file_is_opened_once()
    {
        using var first = _files.Open(_path);
        using var second = _files.Open(_path);
        Assert.Same(first, second);
        Assert.Equal(1, Mappings());
    }

    [Fact]
    public void A_minute_after_the_last_request_a_file_is_let_go()
    {
        _files.Open(_path).Dispose();
        _clock.Pass(TimeSpan.FromSeconds(50));
        _files.Open(_path).Dispose();
        _clock.Pass(TimeSpan.FromSeconds(50));
        Assert.Equal(1, Mappings());
        _clock.Pass(TimeSpan.FromSeconds(60));
        Assert.Equal(0, Mappings());
    }

    [Fact]
    public void A_transfer_that_takes_longer_keeps_its_file()
    {
        using (var slow = _files.Open(_path))
        {
            _clock.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal([1, 2, 3], slow.Piece(0, 3).ToArray());
            Assert.Equal(1, Mappings());
        }

        Assert.Equal(0, Mappings());
    }

    [Fact]
    public void A_file_that_vanished_is_served_while_it_is_known_and_then_missed()
    {
        _files.Open(_path).Dispose();
        File.Delete(_path);
        using (var known = _files.Open(_path))
            Assert.Equal(3, known.Length);
        _clock.Pass(TimeSpan.FromMinutes(2));
        Assert.Throws<FileNotFoundException>(() => _files.Open(_path));
    }

    private int Mappings() => File.ReadLines("/proc/self/maps").Count(line => line.Contains(_path, StringComparison.Ordinal));
}
