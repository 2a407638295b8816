using Rackboot.Tests.Shared;

namespace Rackboot.Tftp.Tests;

/// <summary>A file on disk gives what is in it, wherever it is read.</summary>
public sealed class DiskTftpFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(100_003)]
    public void Every_place_in_any_order_reads_as_the_file_is(int length)
    {
        var content = RunningServer.Content(length);
        File.WriteAllBytes(_path, content);
        using var file = DiskTftpFile.Open(_path)!;
        Assert.Equal(length, file.Length);
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var offset = random.Next(length + 1);
            var buffer = new byte[random.Next(i % 50 == 0 ? 40_000 : 1500)];
            var read = file.Read(offset, buffer);
            var expected = content.AsSpan(offset, Math.Min(buffer.Length, length - offset));
            Assert.True(expected.SequenceEqual(buffer.AsSpan(0, read)), $"{buffer.Length} bytes from {offset}");
        }
    }

    [Fact]
    public void A_file_that_became_shorter_gives_what_is_left()
    {
        File.WriteAllBytes(_path, RunningServer.Content(50_000));
        using var file = DiskTftpFile.Open(_path)!;
        file.Read(0, new byte[512]);
        File.WriteAllBytes(_path, RunningServer.Content(20_000));
        Assert.Equal(0, file.Read(30_000, new byte[512]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task A_file_is_read_into_memory_on_another_thread_and_its_users_learn_of_it(int length)
    {
        File.WriteAllBytes(_path, RunningServer.Content(length));
        using var file = DiskTftpFile.Open(_path)!;
        for (var again = 0; !file.IsInMemory(length); again++)
        {
            Assert.True(again < 100);
            var arrived = new TaskCompletionSource();
            file.WhenMoreIsInMemory(arrived.SetResult);
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_file_that_became_shorter_counts_as_read_and_is_noticed_when_it_is_sent()
    {
        File.WriteAllBytes(_path, RunningServer.Content(50_000));
        using var file = DiskTftpFile.Open(_path)!;
        File.WriteAllBytes(_path, RunningServer.Content(20_000));
        await Wait.UntilAsync(() => file.IsInMemory(50_000), "it is in memory");
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_none() => Assert.Null(DiskTftpFile.Open("/nowhere/at/all"));
}
