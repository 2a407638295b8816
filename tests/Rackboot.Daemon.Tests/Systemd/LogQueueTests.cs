using System.IO.Pipes;
using Microsoft.Extensions.Logging;
using Rackboot.Daemon.Systemd;

namespace Rackboot.Daemon.Tests.Systemd;

/// <summary>A reader of the log that stalls keeps nobody waiting.</summary>
public sealed class LogQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Whoever_logs_into_a_full_pipe_goes_on_and_the_reader_learns_later_how_much_it_missed()
    {
        const int lines = 200_000;
        await using var reading = new AnonymousPipeServerStream(PipeDirection.In);
        await using var writing = new AnonymousPipeClientStream(PipeDirection.Out, reading.ClientSafePipeHandle);
        await using var output = new StreamWriter(writing) { AutoFlush = true };
        using var log = new ConsoleLog(output, underJournal: true, TimeProvider.System);
        var logger = log.CreateLogger("x");
        await Task.Run(() =>
        {
            for (var i = 0; i < lines; i++)
                logger.LogInformation("line {Number} of many that nobody reads", i);
        }, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(log.Queue.Flush(TimeSpan.FromMilliseconds(10)));

        using var reader = new StreamReader(reading);
        var read = 0;
        string? line;
        while ((line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience,
            TestContext.Current.CancellationToken)) is not null && !line.Contains("were dropped", StringComparison.Ordinal))
            Assert.Equal($"<6>line {read++} of many that nobody reads", line);
        Assert.InRange(read, 10_000, lines - 1);
        Assert.Equal($"<4>{lines - read:N0} lines of the log were dropped: the reader was too slow", line);
        logger.LogInformation("now somebody does");
        Assert.Equal("<6>now somebody does", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.True(log.Queue.Flush(Patience));
    }

    [Fact]
    public async Task The_end_waits_for_what_is_on_its_way_and_for_a_stalled_reader_only_a_moment()
    {
        await using var reading = new AnonymousPipeServerStream(PipeDirection.In);
        await using var writing = new AnonymousPipeClientStream(PipeDirection.Out, reading.ClientSafePipeHandle);
        var output = new StreamWriter(writing) { AutoFlush = true }; // its end would wait for the reader too
        using var log = new ConsoleLog(output, underJournal: true, TimeProvider.System);
        log.CreateLogger("x").LogCritical("the last words");
        log.Dispose();
        using var reader = new StreamReader(reading);
        Assert.Equal("<2>the last words", await reader.ReadLineAsync(TestContext.Current.CancellationToken));

        for (var i = 0; i < 5000; i++)
            log.CreateLogger("x").LogInformation("{Text}", new string('x', 100));
        await Task.Run(log.Dispose, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_reader_that_went_away_ends_nothing()
    {
        var reading = new AnonymousPipeServerStream(PipeDirection.In);
        using var writing = new AnonymousPipeClientStream(PipeDirection.Out, reading.ClientSafePipeHandle);
        var output = new StreamWriter(writing) { AutoFlush = true };
        using var log = new ConsoleLog(output, underJournal: true, TimeProvider.System);
        reading.Dispose();
        for (var i = 0; i < 100; i++)
            log.CreateLogger("x").LogInformation("line {Number}", i);
        Assert.True(log.Queue.Flush(Patience));
    }
}
