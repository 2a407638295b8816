namespace Rackboot.Tftp.Tests;

/// <summary>Files that the disk does not yield for a while.</summary>
public sealed class SlowDiskTests
{
    private const int Bytes = 5 * 512;

    private readonly byte[] _content = RunningServer.Content(Bytes);

    [Fact]
    public async Task A_transfer_that_waits_for_the_disk_holds_up_no_other_of_its_loop_and_goes_on_as_blocks_arrive()
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Loops = 1 });
        var file = new LateFile(_content);
        server.Serve("late", () => file);
        server.Serve("f", 100);
        using var late = new HandClient(server.Address);
        late.Ask("late\0octet\0blksize\0512\0");
        Assert.Equal(6, (await late.ReceiveAsync())[1]); // the options need no disk
        late.Acknowledge(0);
        for (var i = 0; i < 50; i++)
        {
            using var other = new HandClient(server.Address);
            other.Ask("f\0octet\0");
            Assert.Equal([0, 3, 0, 1], (await other.ReceiveAsync())[..4]);
            other.Acknowledge(1);
            Assert.Equal("finished f", await server.SaysAsync());
            late.Acknowledge(0); // firmware asks again
        }

        Assert.True(late.HasNothing);
        file.Arrive(2 * 512);
        for (var block = 1; block <= 2; block++)
        {
            Assert.Equal([0, 3, 0, (byte)block, .. _content.AsSpan((block - 1) * 512, 512)], await late.ReceiveAsync());
            late.Acknowledge(block);
        }

        file.Arrive(Bytes);
        for (var block = 3; block <= 6; block++)
        {
            Assert.Equal((byte)block, (await late.ReceiveAsync())[3]);
            late.Acknowledge(block);
        }

        Assert.Equal("finished late", await server.SaysAsync());
    }

    [Fact]
    public async Task A_client_is_not_taken_for_silent_while_the_disk_is()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Loops = 1 }, time);
        var file = new LateFile(_content);
        server.Serve("late", () => file);
        using var late = new HandClient(server.Address);
        late.Ask("late\0octet\0");
        await AnsweredAsync(server);
        for (var seconds = 0; seconds < 100; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await AnsweredAsync(server);
        }

        Assert.True(late.HasNothing);
        file.Arrive(Bytes);
        Assert.Equal([0, 3, 0, 1], (await late.ReceiveAsync())[..4]);
    }

    [Fact]
    public async Task A_file_that_the_disk_never_yields_ends_its_transfer_and_the_reason_names_the_disk()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Loops = 1 }, time);
        server.Serve("late", () => new LateFile(_content));
        using var late = new HandClient(server.Address);
        late.Ask("late\0octet\0");
        var said = server.SaysAsync();
        for (var rounds = 0; !said.IsCompleted && rounds < 1000; rounds++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(said, Task.Delay(TimeSpan.FromMilliseconds(60)));
        }

        Assert.Equal("failed late: the disk did not yield the file within 2 minutes", await said);
        Assert.Equal([0, 5, 0, 0], (await late.ReceiveAsync())[..4]);
    }

    [Fact]
    public async Task A_text_is_sent_to_who_asks_again_when_the_disk_has_yielded_it()
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Loops = 1 });
        var file = new LateFile([.. "a\nb"u8]);
        server.Serve("late", () => file);
        using var late = new HandClient(server.Address);
        late.Ask("late\0netascii\0");
        Assert.Equal("dropped: the text is being read from the disk", await server.SaysAsync());
        file.Arrive(long.MaxValue);
        late.Ask("late\0netascii\0");
        Assert.Equal([0, 3, 0, 1, .. "a\r\nb"u8], await late.ReceiveAsync());
    }

    // By the time that the server answers this, it has looked at its clock.
    private static async Task AnsweredAsync(RunningServer server)
    {
        using var other = new HandClient(server.Address);
        other.Ask("nothing\0octet\0");
        await other.ReceiveAsync();
    }
}
